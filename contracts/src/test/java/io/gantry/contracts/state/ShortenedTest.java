package io.gantry.contracts.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.id.ExecId;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShortenedTest {
    private static final ExecId EXEC = new ExecId("e".repeat(64));

    @Test
    void whatIsShortStays() {
        List<String> command = List.of("sh", "-c", "x".repeat(4000), "");
        assertThat(new Observed.What.ExecCreated(EXEC, command).command()).isEqualTo(command);
        assertThat(new Observed.Failure("exec", 2, "no such file: /nope", "check the command").detail()).isEqualTo("no such file: /nope");
    }

    @Test
    void aLongCommandIsToldByItsBeginning() {
        assertThat(new Observed.What.ExecStarted(EXEC, List.of("sh", "-c", "x".repeat(1 << 20), "y")).command())
                .containsExactly("sh", "-c", "x".repeat(4090) + "…");
        List<String> many = new Observed.What.ExecCreated(EXEC, Collections.nCopies(100_000, "")).command();
        assertThat(many).hasSize(4097).endsWith("…");
    }

    @Test
    void whyItFailedIsToldShortlyThoughItNamesALongPath() {
        String detail = new Observed.Failure("exec", 2, "no such file: " + "x".repeat(4081) + "\uD83D\uDE00".repeat(100), "").detail();
        assertThat(detail).isEqualTo("no such file: " + "x".repeat(4081) + "…");
    }

    @Test
    void whatAHealthCheckPrintedCanBeReadAgainWhateverItWas() {
        Observed.Health health = new Observed.Health(Observed.Health.Status.UNHEALTHY, 1, 1, "a\0b", Instant.EPOCH);
        assertThat(health.output()).isEqualTo("a\uFFFDb");
        assertThat(Json.read(Json.write(health), Observed.Health.class)).isEqualTo(health);
    }
}
