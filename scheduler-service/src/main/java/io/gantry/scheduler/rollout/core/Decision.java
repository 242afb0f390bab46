package io.gantry.scheduler.rollout.core;

import java.time.Instant;
import java.util.List;

/**
 * What is to be done for a deployment as it is.
 *
 * @param next when to decide again if nothing happens before; {@code null} when nothing is due
 */
record Decision(List<RolloutStep> steps, Instant next) {}
