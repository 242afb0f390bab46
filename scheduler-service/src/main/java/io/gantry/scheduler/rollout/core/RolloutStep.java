package io.gantry.scheduler.rollout.core;

import io.gantry.contracts.id.ContainerId;

/** One thing to do next for a deployment. A list of them prints as a plan. */
public sealed interface RolloutStep {
    /** Make a container for this slot. */
    record Want(int slot, int revision) implements RolloutStep {}

    /** Take it out of the virtual IP. */
    record Retire(ContainerId container, String why) implements RolloutStep {}

    /** Stop and remove it. */
    record Unwant(ContainerId container, String why) implements RolloutStep {}

    /** Nothing will be heard of it any more. */
    record Forget(ContainerId container) implements RolloutStep {}

    /** All is as wanted, or isn't any more. */
    record Steady(boolean steady) implements RolloutStep {}

    record Finish(int revision) implements RolloutStep {}

    record Fail(int revision, String detail) implements RolloutStep {}

    /** Make revision {@code number} as a copy of {@code to} and want that. */
    record RollBack(int from, int to, int number) implements RolloutStep {}
}
