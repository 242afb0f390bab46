package io.gantry.kit.outbox;

import io.gantry.contracts.problem.ProblemType;
import io.gantry.kit.problem.Refused;
import java.nio.charset.StandardCharsets;

/**
 * Kafka takes no record above a size, of which broker and topic decide: 1 MiB as they come. One that is larger would stay in the outbox for ever, and
 * all behind it; so nothing that large is committed.
 */
final class RecordSize {
    /** Of any record, in bytes, with room for its key and what Kafka adds. */
    static final int MOST = 1_000_000;

    /** Of what somebody asks for: what follows from it says it again, and more. */
    static final int ASKED = 512 << 10;

    private static final int BYTES_OF_A_CHARACTER = 3;

    private RecordSize() {}

    /**
     * @throws Refused where somebody asked for it
     * @throws IllegalArgumentException otherwise, which is a defect
     */
    static void check(OutboxRow row, int most) {
        if (row.payload() == null || row.payload().length() * BYTES_OF_A_CHARACTER <= most) {
            return;
        }
        int bytes = row.payload().getBytes(StandardCharsets.UTF_8).length;
        if (bytes <= most) {
            return;
        }
        String what = "what would be told of it has " + bytes + " bytes, and at most " + most + " can be";
        if (most == ASKED) {
            throw new Refused(ProblemType.TOO_LARGE, what, "put what is long, such as a script or an environment, into a config, a volume or the image");
        }
        throw new IllegalArgumentException(row.topic() + " " + row.key() + ": " + what);
    }
}
