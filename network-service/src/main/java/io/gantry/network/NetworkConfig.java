package io.gantry.network;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Settings of network-service. */
@ConfigMapping(prefix = "gantry.network")
public interface NetworkConfig {
    /** Where subnets that nobody asked for are taken from. */
    @WithDefault("10.210.0.0/16")
    String pool();

    /** Where virtual IPs are taken from; no network's subnet may overlap it. */
    @WithDefault("10.211.0.0/16")
    String virtualPool();

    /** Largest packet on a network: the underlay's less 50 bytes for VXLAN. */
    @WithDefault("1450")
    int mtu();

    /** A released address is given to nobody for so long, so that a late packet or a cached name meets no stranger. */
    @WithDefault("60s")
    Duration hold();

    /** TCP ports of the hosts that are the platform's own: a container that published one would take it from its clients. */
    Optional<List<Integer>> reservedPorts();
}
