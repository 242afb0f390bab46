package io.gantry.scheduler.rollout.core;

import io.gantry.scheduler.deployment.core.BackOff;
import io.gantry.scheduler.deployment.core.Deployment;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Which empty slots of a deployment get a replica now.
 *
 * @param next when the first of them that waits for its back-off may be filled; {@code null} if none does
 */
record SlotFilling(List<RolloutStep> wants, Instant next) {
    /**
     * @param empty slots, those first that shall be filled first
     * @param room how many may be filled
     */
    static SlotFilling of(Deployment deployment, List<Integer> empty, int room, Instant now) {
        List<RolloutStep> wants = new ArrayList<>();
        Instant next = null;
        for (int slot : empty) {
            if (wants.size() >= room) {
                break;
            }
            BackOff backOff = deployment.backOffs().get(slot);
            if (backOff == null || !backOff.until().isAfter(now)) {
                wants.add(new RolloutStep.Want(slot, deployment.revision()));
            } else if (next == null || backOff.until().isBefore(next)) {
                next = backOff.until();
            }
        }
        return new SlotFilling(wants, next);
    }
}
