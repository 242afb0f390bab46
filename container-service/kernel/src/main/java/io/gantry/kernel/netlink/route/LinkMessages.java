package io.gantry.kernel.netlink.route;

import static io.gantry.kernel.netlink.route.RouteHeader.*;
import static io.gantry.kernel.netlink.wire.NetlinkHeader.NLM_F_CREATE;
import static io.gantry.kernel.netlink.wire.NetlinkHeader.NLM_F_EXCL;

import io.gantry.contracts.unit.Ipv4;
import io.gantry.contracts.unit.MacAddress;
import io.gantry.kernel.netlink.wire.Attributes;
import io.gantry.kernel.netlink.wire.MessageWriter;
import io.gantry.kernel.netlink.wire.NetlinkMessage;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/** Bytes of {@code RTM_*LINK} messages. */
final class LinkMessages {
    private LinkMessages() {}

    static byte[] createBridge(String name, MacAddress mac, int mtu) {
        return create()
                .attribute(IFLA_ADDRESS, mac.toBytes())
                .attributeU32(IFLA_MTU, mtu)
                .attributeText(IFLA_IFNAME, name)
                .nested(IFLA_LINKINFO, info -> info.attributeBareText(IFLA_INFO_KIND, "bridge"))
                .toBytes();
    }

    static byte[] createVxlan(String name, int mtu, Link.Vxlan vxlan) {
        return create()
                .attributeU32(IFLA_MTU, mtu)
                .attributeText(IFLA_IFNAME, name)
                .nested(
                        IFLA_LINKINFO,
                        info ->
                                info.attributeBareText(IFLA_INFO_KIND, "vxlan")
                                        .nested(
                                                IFLA_INFO_DATA,
                                                data ->
                                                        data.attributeU32(IFLA_VXLAN_ID, vxlan.id())
                                                                .attribute(IFLA_VXLAN_LOCAL, vxlan.local().toBytes())
                                                                .attributeU8(IFLA_VXLAN_LEARNING, vxlan.learning() ? 1 : 0)
                                                                .attributeU16BigEndian(IFLA_VXLAN_PORT, vxlan.port())))
                .toBytes();
    }

    /**
     * @param master index of a bridge, or 0
     * @param group of the end here, or 0
     */
    static byte[] createVeth(String hostName, int master, int group, String peerName, int peerNamespaceFd, MacAddress peerMac, int mtu) {
        MessageWriter message = create().attributeU32(IFLA_MTU, mtu);
        if (master != 0) {
            message.attributeU32(IFLA_MASTER, master);
        }
        if (group != 0) {
            message.attributeU32(IFLA_GROUP, group);
        }
        return message.attributeText(IFLA_IFNAME, hostName)
                .nested(
                        IFLA_LINKINFO,
                        info ->
                                info.attributeBareText(IFLA_INFO_KIND, "veth")
                                        .nested(
                                                IFLA_INFO_DATA,
                                                data -> data.nested(
                                                        VETH_INFO_PEER,
                                                        peer -> peer(peer, peerName, peerNamespaceFd, peerMac, mtu))))
                .toBytes();
    }

    private static void peer(MessageWriter peer, String name, int namespaceFd, MacAddress mac, int mtu) {
        link(peer, 0, 0, 0)
                .attribute(IFLA_ADDRESS, mac.toBytes())
                .attributeU32(IFLA_MTU, mtu)
                .attributeU32(IFLA_NET_NS_FD, namespaceFd)
                .attributeText(IFLA_IFNAME, name);
    }

    static byte[] createVeth(String hostName, String peerName, int peerNamespaceFd) {
        return create()
                .attributeText(IFLA_IFNAME, hostName)
                .nested(
                        IFLA_LINKINFO,
                        info ->
                                info.attributeBareText(IFLA_INFO_KIND, "veth")
                                        .nested(
                                                IFLA_INFO_DATA,
                                                data ->
                                                        data.nested(
                                                                VETH_INFO_PEER,
                                                                peer ->
                                                                        link(peer, 0, 0, 0)
                                                                                .attributeU32(IFLA_NET_NS_FD, peerNamespaceFd)
                                                                                .attributeText(IFLA_IFNAME, peerName))))
                .toBytes();
    }

    /** The kernel takes group and name before the flags (do_setlink in rtnetlink.c): nothing passes from a cable that no rule knows. */
    static byte[] plug(int index, String name, int master, int group, int mtu) {
        return link(new MessageWriter(RTM_NEWLINK, 0), index, IFF_UP, IFF_UP)
                .attributeU32(IFLA_MTU, mtu)
                .attributeU32(IFLA_GROUP, group)
                .attributeText(IFLA_IFNAME, name)
                .attributeU32(IFLA_MASTER, master)
                .toBytes();
    }

    static byte[] raise(int index, MacAddress mac, int mtu) {
        return link(new MessageWriter(RTM_NEWLINK, 0), index, IFF_UP, IFF_UP)
                .attribute(IFLA_ADDRESS, mac.toBytes())
                .attributeU32(IFLA_MTU, mtu)
                .toBytes();
    }

    static byte[] setUp(int index, boolean up) {
        return link(new MessageWriter(RTM_NEWLINK, 0), index, up ? IFF_UP : 0, IFF_UP).toBytes();
    }

    static byte[] setMaster(int index, int master) {
        return change(index).attributeU32(IFLA_MASTER, master).toBytes();
    }

    static byte[] setGroup(int index, int group) {
        return change(index).attributeU32(IFLA_GROUP, group).toBytes();
    }

    static byte[] setMtu(int index, int mtu) {
        return change(index).attributeU32(IFLA_MTU, mtu).toBytes();
    }

    static byte[] setMac(int index, MacAddress mac) {
        return change(index).attribute(IFLA_ADDRESS, mac.toBytes()).toBytes();
    }

    static byte[] setAlias(int index, String alias) {
        return change(index).attributeBareText(IFLA_IFALIAS, alias).toBytes();
    }

    static byte[] rename(int index, String name) {
        return change(index).attributeText(IFLA_IFNAME, name).toBytes();
    }

    static byte[] setPort(int index, Link.BridgePort port) {
        return change(index)
                .nested(
                        IFLA_LINKINFO,
                        info ->
                                info.attributeBareText(IFLA_INFO_KIND, "bridge_slave")
                                        .nested(
                                                IFLA_INFO_SLAVE_DATA,
                                                data ->
                                                        data.attributeU8(IFLA_BRPORT_LEARNING, port.learning() ? 1 : 0)
                                                                .attributeU8(
                                                                        IFLA_BRPORT_NEIGH_SUPPRESS,
                                                                        port.neighbourSuppress() ? 1 : 0)))
                .toBytes();
    }

    static byte[] delete(int index) {
        return link(new MessageWriter(RTM_DELLINK, 0), index, 0, 0).toBytes();
    }

    static byte[] dump() {
        return link(new MessageWriter(RTM_GETLINK, 0), 0, 0, 0)
                .attributeU32(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS)
                .toBytes();
    }

    static byte[] get(String name) {
        return link(new MessageWriter(RTM_GETLINK, 0), 0, 0, 0)
                .attributeU32(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS)
                .attributeText(IFLA_IFNAME, name)
                .toBytes();
    }

    static Link read(NetlinkMessage message) {
        Attributes attributes = message.attributes(IFINFOMSG);
        Attributes info = attributes.nested(IFLA_LINKINFO);
        String kind = info.text(IFLA_INFO_KIND).orElse("");
        Attributes data = info.nested(kind.equals("vxlan") ? IFLA_INFO_DATA : -1);
        boolean port = info.text(IFLA_INFO_SLAVE_KIND).filter("bridge"::equals).isPresent();
        Attributes slave = info.nested(port ? IFLA_INFO_SLAVE_DATA : -1);
        return new Link(
                message.body().getInt(4),
                attributes.text(IFLA_IFNAME).orElse(""),
                kind,
                (message.body().getInt(8) & IFF_UP) != 0,
                attributes.u32(IFLA_MTU).orElse(0),
                attributes.u32(IFLA_MASTER).orElse(0),
                attributes.u32(IFLA_GROUP).orElse(0),
                attributes.text(IFLA_IFALIAS).orElse(""),
                attributes.bytes(IFLA_ADDRESS).filter(bytes -> bytes.length == 6).map(Addresses::mac),
                data.u32(IFLA_VXLAN_ID)
                        .map(
                                id ->
                                        new Link.Vxlan(
                                                id,
                                                data.bytes(IFLA_VXLAN_LOCAL).map(Addresses::ipv4).orElse(new Ipv4(0)),
                                                data.u16BigEndian(IFLA_VXLAN_PORT).orElse(0),
                                                data.u8(IFLA_VXLAN_LEARNING).orElse(0) == 1)),
                slave.u8(IFLA_BRPORT_LEARNING)
                        .map(
                                learning ->
                                        new Link.BridgePort(
                                                learning == 1, slave.u8(IFLA_BRPORT_NEIGH_SUPPRESS).orElse(0) == 1)));
    }

    private static MessageWriter create() {
        return link(new MessageWriter(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL), 0, 0, 0);
    }

    private static MessageWriter change(int index) {
        return link(new MessageWriter(RTM_NEWLINK, 0), index, 0, 0);
    }

    /** {@code struct ifinfomsg}. */
    private static MessageWriter link(MessageWriter message, int index, int flags, int changed) {
        return message.u8(AF_UNSPEC).u8(0).u16(0).u32(index).u32(flags).u32(changed);
    }

    /** Addresses as they stand in attributes. */
    static final class Addresses {
        private Addresses() {}

        static Ipv4 ipv4(byte[] bytes) {
            return new Ipv4(ByteBuffer.wrap(bytes).getInt());
        }

        static MacAddress mac(byte[] bytes) {
            return new MacAddress(HexFormat.ofDelimiter(":").formatHex(bytes));
        }
    }
}
