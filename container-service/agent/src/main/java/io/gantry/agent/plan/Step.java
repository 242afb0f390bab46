package io.gantry.agent.plan;

import java.util.Locale;

/** One operation on the kernel, which prints as text. */
public sealed interface Step permits HostStep, BundleStep, InsideStep {
    /** One sentence: what and why. */
    String title();

    /** The system call or file write. */
    String call();

    /** What a person could type for it; empty where no tool does it. */
    default String shell() {
        return "";
    }

    /** {@code agent}, {@code launcher} or {@code container}: which process does it. */
    String where();

    /** What takes it back; empty where nothing is left that the end of the processes doesn't take. */
    default String undo() {
        return "";
    }

    /** The step's name in failures, {@code mount-overlay}. */
    default String name() {
        return getClass().getSimpleName().replaceAll("(?<=[a-z])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
    }
}
