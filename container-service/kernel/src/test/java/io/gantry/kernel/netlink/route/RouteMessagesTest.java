package io.gantry.kernel.netlink.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.unit.Cidr;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.contracts.unit.MacAddress;
import io.gantry.kernel.netlink.wire.NetlinkMessage;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Our bytes beside those that iproute2 6.1 was seen to send for the command above each of them. The socket's part (flags REQUEST and
 * ACK, sequence number) is 0 in ours, so it is set to 0 in theirs: bytes 6 and 8 to 11.
 */
class RouteMessagesTest {
    private static final MacAddress GATEWAY = new MacAddress("02:47:0a:d2:00:01");
    private static final MacAddress REMOTE = new MacAddress("02:47:0a:d2:00:09");

    /** ip link add gbr0 address 02:47:0a:d2:00:01 mtu 1450 type bridge */
    @Test
    void createsABridgeAsIproute2Does() {
        assertThat(hex(LinkMessages.createBridge("gbr0", GATEWAY, 1450)))
                .isEqualTo(
                        captured(
                                """
                                50000000 10000506 07fa046b 00000000
                                00000000 00000000 00000000 00000000
                                0a000100 02470ad2 00010000 08000400
                                aa050000 09000300 67627230 00000000
                                10001200 0a000100 62726964 67650000
                                """));
    }

    /** ip link add gx0 mtu 1450 type vxlan id 42 local 192.168.77.1 dstport 4789 nolearning */
    @Test
    void createsAVxlanAsIproute2Does() {
        var vxlan = new Link.Vxlan(42, Ipv4.parse("192.168.77.1"), 4789, false);
        assertThat(hex(LinkMessages.createVxlan("gx0", 1450, vxlan)))
                .isEqualTo(
                        captured(
                                """
                                64000000 10000506 07fa046b 00000000
                                00000000 00000000 00000000 00000000
                                08000400 aa050000 08000300 67783000
                                34001200 09000100 76786c61 6e000000
                                24000200 08000100 2a000000 08000400
                                c0a84d01 05000700 00000000 06000f00
                                12b50000
                                """));
    }

    /** ip link add gv0 mtu 1450 master gbr0 type veth peer name eth0 address … mtu 1450 netns …, its IFLA_NET_NS_PID (0x13) as _FD (0x1c) */
    @Test
    void createsAVethAsIproute2Does() {
        byte[] ours = LinkMessages.createVeth("gv0", 2, 0, "eth0", 0x307f, new MacAddress("02:47:0a:d2:00:05"), 1450);
        assertThat(hex(ours))
                .isEqualTo(
                        captured(
                                """
                                84000000 10000506 07fa046b 00000000
                                00000000 00000000 00000000 00000000
                                08000400 aa050000 08000a00 02000000
                                08000300 67763000 4c001200 08000100
                                76657468 40000200 3c000100 00000000
                                00000000 00000000 00000000 0a000100
                                02470ad2 00050000 08000400 aa050000
                                08001c00 7f300000 09000300 65746830
                                00000000
                                """));
    }

    /** ip link set gbr0 up */
    @Test
    void setsALinkUpAsIproute2Does() {
        assertThat(hex(LinkMessages.setUp(2, true)))
                .isEqualTo(captured("20000000 10000500 07fa046b 00000000 00000000 02000000 01000000 01000000"));
    }

    /** ip link set gx0 master gbr0 */
    @Test
    void setsAMasterAsIproute2Does() {
        assertThat(hex(LinkMessages.setMaster(4, 2)))
                .isEqualTo(captured("28000000 10000500 07fa046b 00000000 00000000 04000000 00000000 00000000 08000a00 02000000"));
    }

    /** ip link set gx0 type bridge_slave learning off neigh_suppress on */
    @Test
    void setsABridgePortAsIproute2Does() {
        assertThat(hex(LinkMessages.setPort(4, new Link.BridgePort(false, true))))
                .isEqualTo(
                        captured(
                                """
                                48000000 10000500 07fa046b 00000000
                                00000000 04000000 00000000 00000000
                                28001200 10000100 62726964 67655f73
                                6c617665 14000500 05000800 00000000
                                05002000 01000000
                                """));
    }

    /** ip link del gv0 */
    @Test
    void deletesALinkAsIproute2Does() {
        assertThat(hex(LinkMessages.delete(6)))
                .isEqualTo(captured("20000000 11000500 07fa046b 00000000 00000000 06000000 00000000 00000000"));
    }

    /** ip addr add 10.210.0.1/20 dev gbr0 */
    @Test
    void addsAnAddressAsIproute2Does() {
        assertThat(hex(AddressMessages.addAddress(new LinkAddress(2, Ipv4.parse("10.210.0.1"), 20))))
                .isEqualTo(captured("28000000 14000506 07fa046b 00000000 02140000 02000000 08000200 0ad20001 08000100 0ad20001"));
    }

    /** ip neigh replace 10.210.0.9 lladdr 02:47:0a:d2:00:09 dev gbr0 nud permanent */
    @Test
    void replacesANeighbourAsIproute2Does() {
        assertThat(hex(NeighbourMessages.replace(new Neighbour(2, Ipv4.parse("10.210.0.9"), REMOTE))))
                .isEqualTo(
                        captured(
                                """
                                30000000 1c000505 08fa046b 00000000
                                02000000 02000000 80000000 08000100
                                0ad20009 0a000200 02470ad2 00090000
                                """));
    }

    /** bridge fdb replace 02:47:0a:d2:00:09 dev gx0 dst 192.168.77.2 self static */
    @Test
    void replacesATunnelEntryAsIproute2Does() {
        assertThat(hex(NeighbourMessages.replace(new Forwarding.Tunnel(4, REMOTE, Ipv4.parse("192.168.77.2")))))
                .isEqualTo(
                        captured(
                                """
                                30000000 1c000505 08fa046b 00000000
                                07000000 04000000 42000200 0a000200
                                02470ad2 00090000 08000100 c0a84d02
                                """));
    }

    /** bridge fdb replace 02:47:0a:d2:00:09 dev gx0 master static */
    @Test
    void replacesAPortEntryAsIproute2Does() {
        assertThat(hex(NeighbourMessages.replace(new Forwarding.Port(4, REMOTE))))
                .isEqualTo(captured("28000000 1c000505 08fa046b 00000000 07000000 04000000 42000400 0a000200 02470ad2 00090000"));
    }

    /** ip route replace 10.211.0.3/32 dev gbr0 proto 71 scope link */
    @Test
    void replacesARouteAsIproute2Does() {
        Route route = new Route(Cidr.parse("10.211.0.3/32"), 2, Optional.empty(), 71);
        assertThat(hex(AddressMessages.replaceRoute(route)))
                .isEqualTo(
                        captured("2c000000 18000505 07fa046b 00000000 02200000 fe47fd01 00000000 08000100 0ad30003 08000400 02000000"));
    }

    /** ip route add default via 10.210.0.2 dev gbr0 */
    @Test
    void addsADefaultRouteAsIproute2Does() {
        Route route = new Route(Route.DEFAULT, 2, Optional.of(Ipv4.parse("10.210.0.2")), Route.BY_HAND);
        assertThat(hex(AddressMessages.addRoute(route)))
                .isEqualTo(
                        captured("2c000000 18000506 07fa046b 00000000 02000000 fe030001 00000000 08000500 0ad20002 08000400 02000000"));
    }

    @Test
    void readsALinkBack() {
        var message = NetlinkMessage.parse(HexFormat.of().parseHex(captured(
                """
                64000000 10000000 00000000 00000000
                00000100 04000000 01000000 00000000
                08000400 aa050000 08000300 67783000
                34001200 09000100 76786c61 6e000000
                24000200 08000100 2a000000 08000400
                c0a84d01 05000700 00000000 06000f00
                12b50000
                """)), 100).getFirst();
        assertThat(LinkMessages.read(message))
                .isEqualTo(
                        new Link(
                                4, "gx0", "vxlan", true, 1450, 0, 0, "", Optional.empty(),
                                Optional.of(new Link.Vxlan(42, Ipv4.parse("192.168.77.1"), 4789, false)), Optional.empty()));
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static String captured(String dump) {
        byte[] bytes = HexFormat.of().parseHex(dump.replaceAll("\\s", ""));
        bytes[6] = 0;
        Arrays.fill(bytes, 8, 12, (byte) 0);
        return hex(bytes);
    }
}
