package io.gantry.kernel.netlink.route;

import static io.gantry.kernel.netlink.route.RouteHeader.*;
import static io.gantry.kernel.netlink.wire.NetlinkHeader.NLM_F_CREATE;
import static io.gantry.kernel.netlink.wire.NetlinkHeader.NLM_F_REPLACE;

import io.gantry.kernel.netlink.wire.Attributes;
import io.gantry.kernel.netlink.wire.MessageWriter;
import io.gantry.kernel.netlink.wire.NetlinkMessage;
import java.util.Optional;

/** Bytes of {@code RTM_*NEIGH} messages: IP neighbours (AF_INET) and forwarding entries (AF_BRIDGE). */
final class NeighbourMessages {
    private static final int REPLACE = NLM_F_CREATE | NLM_F_REPLACE;
    /** What iproute2 calls "static": neither learned nor the bridge's own. */
    private static final int STATIC = NUD_NOARP | NUD_REACHABLE;

    private NeighbourMessages() {}

    static byte[] replace(Neighbour neighbour) {
        return neighbour(RTM_NEWNEIGH, REPLACE, neighbour);
    }

    static byte[] delete(Neighbour neighbour) {
        return neighbour(RTM_DELNEIGH, 0, neighbour);
    }

    static byte[] replace(Forwarding entry) {
        return forwarding(RTM_NEWNEIGH, REPLACE, entry);
    }

    static byte[] delete(Forwarding entry) {
        return forwarding(RTM_DELNEIGH, 0, entry);
    }

    static byte[] dumpNeighbours() {
        return header(new MessageWriter(RTM_GETNEIGH, 0), AF_INET, 0, 0, 0).toBytes();
    }

    static byte[] dumpForwarding() {
        // the kernel reads this dump's fixed part as struct ifinfomsg (the older form of the request)
        return new MessageWriter(RTM_GETNEIGH, 0).u8(AF_BRIDGE).u8(0).u16(0).u32(0).u32(0).u32(0).toBytes();
    }

    /** Empty for what is not permanent. */
    static Optional<Neighbour> readNeighbour(NetlinkMessage message) {
        Attributes attributes = message.attributes(NDMSG);
        boolean permanent = (message.body().getShort(8) & NUD_PERMANENT) != 0;
        if (!permanent || attributes.bytes(NDA_DST).isEmpty() || attributes.bytes(NDA_LLADDR).isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new Neighbour(
                        message.body().getInt(4),
                        LinkMessages.Addresses.ipv4(attributes.bytes(NDA_DST).get()),
                        LinkMessages.Addresses.mac(attributes.bytes(NDA_LLADDR).get())));
    }

    /** Empty for what is not static, and for a link's own addresses. */
    static Optional<Forwarding> readForwarding(NetlinkMessage message) {
        Attributes attributes = message.attributes(NDMSG);
        boolean fixed = (message.body().getShort(8) & NUD_NOARP) != 0;
        if (!fixed || attributes.bytes(NDA_LLADDR).isEmpty()) {
            return Optional.empty();
        }
        int link = message.body().getInt(4);
        var mac = LinkMessages.Addresses.mac(attributes.bytes(NDA_LLADDR).get());
        if (attributes.u32(NDA_MASTER).isPresent()) {
            return Optional.of(new Forwarding.Port(link, mac));
        }
        return attributes
                .bytes(NDA_DST)
                .filter(remote -> remote.length == 4)
                .map(remote -> new Forwarding.Tunnel(link, mac, LinkMessages.Addresses.ipv4(remote)));
    }

    private static byte[] neighbour(int type, int flags, Neighbour neighbour) {
        return header(new MessageWriter(type, flags), AF_INET, neighbour.link(), NUD_PERMANENT, 0)
                .attribute(NDA_DST, neighbour.address().toBytes())
                .attribute(NDA_LLADDR, neighbour.mac().toBytes())
                .toBytes();
    }

    private static byte[] forwarding(int type, int flags, Forwarding entry) {
        return switch (entry) {
            case Forwarding.Tunnel(var link, var mac, var remote) ->
                    header(new MessageWriter(type, flags), AF_BRIDGE, link, STATIC, NTF_SELF)
                            .attribute(NDA_LLADDR, mac.toBytes())
                            .attribute(NDA_DST, remote.toBytes())
                            .toBytes();
            case Forwarding.Port(var link, var mac) ->
                    header(new MessageWriter(type, flags), AF_BRIDGE, link, STATIC, NTF_MASTER)
                            .attribute(NDA_LLADDR, mac.toBytes())
                            .toBytes();
        };
    }

    /** {@code struct ndmsg}. */
    private static MessageWriter header(MessageWriter message, int family, int link, int state, int flags) {
        return message.u8(family).u8(0).u16(0).u32(link).u16(state).u8(flags).u8(0);
    }
}
