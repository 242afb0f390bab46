package io.gantry.image.build.core;

import java.util.Comparator;

/**
 * Which step of a build.
 *
 * @param number of the instruction, from 1
 * @param trigger 0 for the instruction itself; of a FROM the number of one of its base image's triggers, from 1
 */
public record StepId(int number, int trigger) implements Comparable<StepId> {
    private static final Comparator<StepId> ORDER = Comparator.comparingInt(StepId::number).thenComparingInt(StepId::trigger);

    public static StepId of(int number) {
        return new StepId(number, 0);
    }

    @Override
    public int compareTo(StepId other) {
        return ORDER.compare(this, other);
    }

    /** For names of files: {@code 3}, {@code 1-2}. */
    @Override
    public String toString() {
        return trigger == 0 ? Integer.toString(number) : number + "-" + trigger;
    }
}
