package io.gantry.agent.plan;

import io.gantry.kernel.namespaces.IdRange;

/**
 * What of the host is one container's alone as long as it runs.
 *
 * @param name the container's in the cgroup trees
 * @param range of user ids; its lender's, if it shares that one's namespaces
 */
public record Slot(String name, IdRange range) {}
