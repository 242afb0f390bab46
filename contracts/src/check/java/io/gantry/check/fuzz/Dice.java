package io.gantry.check.fuzz;

import java.util.List;
import java.util.Random;

/** All chance of a run comes from one seed. */
public final class Dice {
    /** The same for everybody, so that a red test is of somebody's change; another finds more. */
    private static final long USUAL_SEED = 2026;

    private final Random random;

    public Dice(long seed) {
        random = new Random(seed);
    }

    /** {@code -Dgantry.fuzz.seed=N}. */
    public static long seed() {
        return Long.getLong("gantry.fuzz.seed", USUAL_SEED);
    }

    /** {@code -Dgantry.fuzz.factor=N}: so many times as many requests as usual. */
    public static int factor() {
        return Integer.getInteger("gantry.fuzz.factor", 1);
    }

    public boolean oneIn(int chances) {
        return random.nextInt(chances) == 0;
    }

    /** From 0 to below the end. */
    public int below(int end) {
        return random.nextInt(end);
    }

    public <T> T of(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    public String oddText() {
        return of(Oddities.TEXTS);
    }

    byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }
}
