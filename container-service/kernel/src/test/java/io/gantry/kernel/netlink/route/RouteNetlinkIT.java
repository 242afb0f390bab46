package io.gantry.kernel.netlink.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.contracts.unit.Cidr;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.contracts.unit.MacAddress;
import io.gantry.kernel.netlink.socket.NetlinkFailure;
import io.gantry.kernel.netlink.socket.NetworkNamespace;
import io.gantry.kernel.syscall.Errno;
import io.gantry.kernel.syscall.Fd;
import io.gantry.kernel.syscall.LinuxHeader;
import io.gantry.kernel.syscall.LinuxSystemCalls;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against the kernel, in a network namespace of its own. */
class RouteNetlinkIT {
    private static final MacAddress MAC = MacAddress.of(Ipv4.parse("10.9.0.1"));
    private final String name = "nl" + Long.toHexString(System.nanoTime());
    private RouteNetlink netlink;

    @BeforeEach
    void makeNamespace() throws Exception {
        ip("netns", "add", name);
        netlink = RouteNetlink.open(NetworkNamespace.at(Path.of("/run/netns", name)));
    }

    @AfterEach
    void removeNamespace() throws Exception {
        netlink.close();
        ip("netns", "del", name);
    }

    @Test
    void worksInTheOtherNamespaceOnly() {
        netlink.createBridge("gbr0", MAC, 1450);
        assertThat(netlink.indexOf("gbr0")).isPresent();
        try (RouteNetlink here = RouteNetlink.open(NetworkNamespace.current())) {
            assertThat(here.indexOf("gbr0")).isEmpty();
        }
    }

    @Test
    void bridgeHasWhatWasAskedFor() {
        int index = bridge();
        netlink.setAlias(index, "ours");
        netlink.addAddress(index, Ipv4.parse("10.9.0.1"), 16);

        Link link = netlink.link("gbr0").orElseThrow();
        assertThat(link).isEqualTo(new Link(index, "gbr0", "bridge", true, 1450, 0, 0, "ours", Optional.of(MAC), Optional.empty(), Optional.empty()));
        assertThat(netlink.addresses()).containsExactly(new LinkAddress(index, Ipv4.parse("10.9.0.1"), 16));

        netlink.deleteAddress(new LinkAddress(index, Ipv4.parse("10.9.0.1"), 16));
        assertThat(netlink.addresses()).isEmpty();
    }

    @Test
    void ofWhatIsAskedAtOnceTheFirstThatIsRefusedIsNamed() {
        netlink.createBridge("gbr0", MAC, 1450);
        int index = netlink.indexOf("gbr0").orElseThrow();
        LinkAddress address = new LinkAddress(index, Ipv4.parse("10.9.0.5"), 24);
        assertThatThrownBy(() -> netlink.join(index, MAC, 1400, address, Ipv4.parse("10.77.0.1")))
                .isInstanceOf(NetlinkFailure.class).hasMessageContaining("10.77.0.1");
        assertThat(netlink.link("gbr0").orElseThrow().up()).as("what was before it").isTrue();
        assertThat(netlink.addresses()).containsExactly(address);
        netlink.setDown(index);
        assertThatThrownBy(() -> netlink.join(index, MAC, 1400, address, Ipv4.parse("10.9.0.1")))
                .isInstanceOfSatisfying(NetlinkFailure.class, e -> assertThat(e.errno()).isEqualTo(Errno.EEXIST)).hasMessageContaining("add " + address);
        assertThat(netlink.routes()).as("what was behind it").anyMatch(route -> route.gateway().equals(Optional.of(Ipv4.parse("10.9.0.1"))));
        assertThat(netlink.indexOf("gbr0")).as("and who asks next is answered").contains(index);
    }

    @Test
    void vxlanForwardsAsProgrammed() {
        int bridge = bridge();
        var asked = new Link.Vxlan(4_242, Ipv4.parse("192.168.7.1"), 4790, false);
        netlink.createVxlan("gx0", 1400, asked);
        int vxlan = netlink.indexOf("gx0").orElseThrow();
        netlink.setMaster(vxlan, bridge);
        netlink.setPort(vxlan, new Link.BridgePort(false, true));
        MacAddress far = MacAddress.of(Ipv4.parse("10.9.0.7"));
        var tunnel = new Forwarding.Tunnel(vxlan, far, Ipv4.parse("192.168.7.2"));
        var port = new Forwarding.Port(vxlan, far);
        var neighbour = new Neighbour(bridge, Ipv4.parse("10.9.0.7"), far);
        netlink.replaceForwarding(tunnel);
        netlink.replaceForwarding(port);
        netlink.replaceNeighbour(neighbour);

        Link link = netlink.link("gx0").orElseThrow();
        assertThat(link.vxlan()).contains(asked);
        assertThat(link.port()).contains(new Link.BridgePort(false, true));
        assertThat(link.master()).isEqualTo(bridge);
        assertThat(netlink.forwarding()).containsExactlyInAnyOrder(tunnel, port);
        assertThat(netlink.neighbours()).containsExactly(neighbour);

        var moved = new Forwarding.Tunnel(vxlan, far, Ipv4.parse("192.168.7.3"));
        netlink.replaceForwarding(moved);
        assertThat(netlink.forwarding()).containsExactlyInAnyOrder(moved, port);

        netlink.deleteForwarding(moved);
        netlink.deleteForwarding(port);
        netlink.deleteNeighbour(neighbour);
        assertThat(netlink.forwarding()).isEmpty();
        assertThat(netlink.neighbours()).isEmpty();
    }

    @Test
    void vethReachesIntoTheOtherNamespace() throws Exception {
        String other = name + "b";
        ip("netns", "add", other);
        try (Fd file = new LinuxSystemCalls().open("/run/netns/" + other, LinuxHeader.O_RDONLY, 0);
                RouteNetlink inside = RouteNetlink.open(NetworkNamespace.at(Path.of("/run/netns", other)))) {
            int bridge = bridge();
            MacAddress mac = MacAddress.of(Ipv4.parse("10.9.0.5"));
            netlink.createVeth("gv0", bridge, 0x90000001, "eth0", file.number(), mac, 1450);
            netlink.setUp(netlink.indexOf("gv0").orElseThrow());
            int eth0 = inside.indexOf("eth0").orElseThrow();
            inside.addAddress(eth0, Ipv4.parse("10.9.0.5"), 16);
            inside.setUp(eth0);
            inside.addDefaultRoute(eth0, Ipv4.parse("10.9.0.1"));

            assertThat(netlink.link("gv0").orElseThrow().master()).isEqualTo(bridge);
            assertThat(netlink.link("gv0").orElseThrow().group()).isEqualTo(0x90000001);
            netlink.setGroup(netlink.indexOf("gv0").orElseThrow(), 7);
            assertThat(netlink.link("gv0").orElseThrow().group()).isEqualTo(7);
            assertThat(inside.link("eth0").orElseThrow().mac()).contains(mac);
            assertThat(inside.routes()).contains(new Route(Route.DEFAULT, eth0, Optional.of(Ipv4.parse("10.9.0.1")), Route.BY_HAND));
            assertThat(netlink.delete("gv0")).isTrue();
            assertThat(inside.indexOf("eth0")).isEmpty();
        } finally {
            ip("netns", "del", other);
        }
    }

    @Test
    void routesAreReplacedAndDeleted() {
        int bridge = bridge();
        Route route = new Route(Cidr.parse("10.11.0.3/32"), bridge, Optional.empty(), 71);
        netlink.replaceRoute(route);
        netlink.replaceRoute(route);
        assertThat(netlink.routes()).containsExactly(route);
        netlink.deleteRoute(route);
        assertThat(netlink.routes()).isEmpty();
    }

    @Test
    void listsMoreThanFitsIntoOneDatagram() {
        int bridge = bridge();
        for (int i = 0; i < 2_000; i++) {
            netlink.replaceNeighbour(new Neighbour(bridge, new Ipv4(0x0a090100 + i), MacAddress.of(new Ipv4(i))));
        }
        assertThat(netlink.neighbours()).hasSize(2_000).doesNotHaveDuplicates();
    }

    @Test
    void aRefusalNamesTheOperationAndTheError() {
        bridge();
        assertThatThrownBy(() -> netlink.createBridge("gbr0", MAC, 1450))
                .isInstanceOfSatisfying(NetlinkFailure.class, e -> assertThat(e.errno()).isEqualTo(Errno.EEXIST))
                .hasMessage("create bridge gbr0: EEXIST (File exists)");
        assertThatThrownBy(() -> netlink.setUp(4711)).hasMessageContaining("set link 4711 up: ENODEV");
        assertThat(netlink.delete("nothing")).isFalse();
    }

    private int bridge() {
        netlink.createBridge("gbr0", MAC, 1450);
        int index = netlink.indexOf("gbr0").orElseThrow();
        netlink.setUp(index);
        return index;
    }

    private static void ip(String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor()).as(String.join(" ", command)).isZero();
    }
}
