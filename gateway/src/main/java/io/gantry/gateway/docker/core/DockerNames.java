package io.gantry.gateway.docker.core;

import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.OwnLabels;
import java.util.Set;

/** Words that differ between Docker and us. */
public final class DockerNames {
    /** The first client's end of input is the container's. */
    public static final String STDIN_ONCE = "io.gantry.docker.stdin-once";

    /** What a client called the image, where that is another word for it: {@code alpine} is {@code alpine:latest}. */
    public static final String IMAGE = "io.gantry.docker.image";

    /** How often somebody wanted a service's tasks made anew though nothing else changed. */
    public static final String FORCE_UPDATE = "io.gantry.docker.force-update";

    /** What a client called the driver of a network, if not {@code bridge}: there is one kind of network here. */
    public static final String DRIVER = "io.gantry.docker.driver";

    /** Where Docker's daemon listens, as clients write it in a bind. */
    public static final Set<String> SOCKETS = Set.of("/var/run/docker.sock", "/run/docker.sock");

    private static final String BRIDGE = "bridge";
    private static final Set<String> INTERNAL = Set.of(OwnLabels.AUTO_REMOVE, STDIN_ONCE, IMAGE, DRIVER, FORCE_UPDATE);
    private static final Set<String> NO = Set.of("", "0", "false", "False", "no", "none");

    private DockerNames() {}

    /** Not shown to clients. */
    public static boolean internal(String label) {
        return INTERNAL.contains(label);
    }

    /** As whoever made the container called it. */
    public static String image(ContainerSpec spec) {
        return spec.labels().getOrDefault(IMAGE, spec.image().toString());
    }

    /** Docker's rule for a flag in a query: anything but an explicit no is a yes. */
    public static boolean yes(String flag) {
        return !NO.contains(flag);
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
