package io.gantry.kernel.netlink.route;

import io.gantry.contracts.unit.Ipv4;
import io.gantry.contracts.unit.MacAddress;
import java.util.Optional;

/**
 * A network interface as the kernel has it.
 *
 * @param kind {@code bridge}, {@code veth}, {@code vxlan}, …; empty for hardware and loopback
 * @param master index of the bridge it is a port of; 0 for none
 * @param group a number that rules can know several links by; 0 unless somebody set it
 * @param alias free text set by whoever made it; may be empty
 * @param mac empty where it has no Ethernet address
 * @param vxlan set for kind {@code vxlan}
 * @param port set for a port of a bridge
 */
public record Link(
        int index,
        String name,
        String kind,
        boolean up,
        int mtu,
        int master,
        int group,
        String alias,
        Optional<MacAddress> mac,
        Optional<Vxlan> vxlan,
        Optional<BridgePort> port) {
    /** @param local address the tunnel sends from */
    public record Vxlan(int id, Ipv4 local, int port, boolean learning) {}

    /** @param neighbourSuppress the bridge answers ARP for neighbours behind this port by itself */
    public record BridgePort(boolean learning, boolean neighbourSuppress) {}
}
