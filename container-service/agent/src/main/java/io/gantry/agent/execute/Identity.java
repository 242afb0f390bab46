package io.gantry.agent.execute;

import java.util.List;

/** Who the command runs as, in the container's numbers. */
record Identity(int uid, int gid, List<Integer> groups, String home) {}
