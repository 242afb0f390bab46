package io.gantry.gateway.docker.core;

import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.OwnLabels;

/** Words that differ between Docker and us. */
public final class DockerNames {
    /** The first client's end of input is the container's. */
    public static final String STDIN_ONCE = "io.gantry.docker.stdin-once";

    private static final String BRIDGE = "bridge";

    private DockerNames() {}

    /** Not shown to clients. */
    public static boolean internal(String label) {
        return label.equals(OwnLabels.AUTO_REMOVE) || label.equals(STDIN_ONCE);
    }

    /** Docker's default network is called bridge. */
    public static String ourNetwork(String docker) {
        return docker == null || docker.isEmpty() || docker.equals("default") || docker.equals(BRIDGE) ? ContainerSpec.DEFAULT_NETWORK : docker;
    }

    public static String dockerNetwork(String ours) {
        return ours.equals(ContainerSpec.DEFAULT_NETWORK) ? BRIDGE : ours;
    }

    /** Names are told with a slash before them and taken with or without. */
    public static String bare(String ref) {
        return ref.startsWith("/") ? ref.substring(1) : ref;
    }
}
