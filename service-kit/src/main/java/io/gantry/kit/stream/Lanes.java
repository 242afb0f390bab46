package io.gantry.kit.stream;

import java.util.stream.Stream;

/** A {@link Lane} for each of many subjects; a few share one. */
public final class Lanes {
    private static final int COUNT = 256;
    private final Lane[] lanes = Stream.generate(Lane::new).limit(COUNT).toArray(Lane[]::new);

    /** Always the same one. */
    Lane of(String subject) {
        return lanes[Math.floorMod(subject.hashCode(), COUNT)];
    }
}
