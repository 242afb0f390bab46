package io.gantry.agent.plan;

import java.util.List;

/** Who the command runs as, in the container's numbers. */
public record Identity(int uid, int gid, List<Integer> groups, String home) {}
