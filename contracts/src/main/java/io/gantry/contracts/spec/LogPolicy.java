package io.gantry.contracts.spec;

import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.unit.Bytes;

/**
 * How much of what a container writes is kept on its node.
 *
 * @param maxSize a log file is rotated before it grows above it, 32 KiB to 1 TiB; {@code null} is the node's, 10 MiB unless it was set up otherwise
 * @param maxFiles so many files are kept, the one that is written included, 1 to 100; {@code null} is the node's, 3 unless it was set up otherwise
 */
public record LogPolicy(Bytes maxSize, Integer maxFiles) {
    public static final LogPolicy OF_THE_NODE = new LogPolicy(null, null);
    private static final Bytes LEAST = new Bytes(32 << 10);
    private static final Bytes MOST = new Bytes(1L << 40);

    public LogPolicy {
        if (maxSize != null && (maxSize.compareTo(LEAST) < 0 || maxSize.compareTo(MOST) > 0)) {
            throw new BadField("maxSize", "maxSize is " + LEAST + " to " + MOST + ", got " + maxSize);
        }
        if (maxFiles != null) {
            Check.within("maxFiles", maxFiles, 1, 100);
        }
    }
}
