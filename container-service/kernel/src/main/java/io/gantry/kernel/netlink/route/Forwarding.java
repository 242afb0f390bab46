package io.gantry.kernel.netlink.route;

import io.gantry.contracts.unit.Ipv4;
import io.gantry.contracts.unit.MacAddress;

/** Static forwarding entries of a VXLAN link. */
public sealed interface Forwarding {
    /** Index of the VXLAN link. */
    int link();

    MacAddress mac();

    /** In the VXLAN link itself: frames to {@code mac} go to the host {@code remote}. */
    record Tunnel(int link, MacAddress mac, Ipv4 remote) implements Forwarding {}

    /** In the bridge: frames to {@code mac} leave by the port {@code link}. */
    record Port(int link, MacAddress mac) implements Forwarding {}
}
