package io.gantry.agent.image;

import io.gantry.contracts.unit.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** When each layer was asked for last: exactly in memory, and to the hour on the disk, by the time of {@code layer-uses/<hex of the diff id>}, for the next agent. */
final class LayerUses {
    private static final Duration ON_DISK_TO = Duration.ofHours(1);
    private final Path marks;
    private final InstantSource clock;
    private final Map<Digest, Use> uses = new ConcurrentHashMap<>();

    /** @param noted when the mark was set */
    private record Use(Instant last, Instant noted) {}

    /** Takes a layer out of the way. */
    interface Removal {
        void run() throws IOException;
    }

    /** @param layers the marks are in a folder beside it */
    LayerUses(Path layers, InstantSource clock) throws IOException {
        this.marks = Files.createDirectories(layers.resolveSibling("layer-uses"));
        this.clock = clock;
    }

    /** It is asked for now. Waits if it is being taken away, so that whoever looks for it afterwards sees that it has gone. */
    void note(Digest layer) {
        Instant now = clock.instant();
        uses.compute(layer, (_, before) -> before != null && before.noted().plus(ON_DISK_TO).isAfter(now) ? new Use(now, before.noted()) : mark(layer, now));
    }

    private Use mark(Digest layer, Instant now) {
        Path mark = mark(layer);
        try {
            if (!Files.exists(mark)) {
                Files.createFile(mark);
            }
            Files.setLastModifiedTime(mark, FileTime.from(now));
        } catch (IOException e) {
            // on a full disk, where the order in which layers go matters less than that some can
        }
        return new Use(now, now);
    }

    /** The epoch if nobody has asked for it since layers have marks. */
    Instant last(Digest layer) throws IOException {
        Use use = uses.get(layer);
        if (use != null) {
            return use.last();
        }
        Path mark = mark(layer);
        return Files.exists(mark) ? Files.getLastModifiedTime(mark).toInstant() : Instant.EPOCH;
    }

    /** @return whether it was taken away: not if somebody has asked for it since then */
    boolean unlessUsedSince(Instant then, Digest layer, Removal removal) throws IOException {
        IOException[] failed = {null};
        boolean[] gone = {false};
        uses.compute(layer, (_, use) -> {
            if (use != null && use.last().isAfter(then)) {
                return use;
            }
            try {
                removal.run();
                Files.deleteIfExists(mark(layer));
                gone[0] = true;
                return null;
            } catch (IOException e) {
                failed[0] = e;
                return use;
            }
        });
        if (failed[0] != null) {
            throw failed[0];
        }
        return gone[0];
    }

    private Path mark(Digest layer) {
        return marks.resolve(layer.hex());
    }
}
