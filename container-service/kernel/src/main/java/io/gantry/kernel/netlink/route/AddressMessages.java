package io.gantry.kernel.netlink.route;

import static io.gantry.kernel.netlink.route.RouteHeader.*;
import static io.gantry.kernel.netlink.wire.NetlinkHeader.NLM_F_CREATE;
import static io.gantry.kernel.netlink.wire.NetlinkHeader.NLM_F_EXCL;
import static io.gantry.kernel.netlink.wire.NetlinkHeader.NLM_F_REPLACE;

import io.gantry.contracts.unit.Cidr;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.kernel.netlink.wire.Attributes;
import io.gantry.kernel.netlink.wire.MessageWriter;
import io.gantry.kernel.netlink.wire.NetlinkMessage;
import java.util.Optional;

/** Bytes of {@code RTM_*ADDR} and {@code RTM_*ROUTE} messages. */
final class AddressMessages {
    private AddressMessages() {}

    static byte[] addAddress(LinkAddress address) {
        return address(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, address);
    }

    static byte[] deleteAddress(LinkAddress address) {
        return address(RTM_DELADDR, 0, address);
    }

    static byte[] dumpAddresses() {
        return new MessageWriter(RTM_GETADDR, 0).u8(AF_INET).u8(0).u8(0).u8(0).u32(0).toBytes();
    }

    static Optional<LinkAddress> readAddress(NetlinkMessage message) {
        return message.attributes(IFADDRMSG)
                .bytes(IFA_LOCAL)
                .map(
                        local ->
                                new LinkAddress(
                                        message.body().getInt(4),
                                        LinkMessages.Addresses.ipv4(local),
                                        message.body().get(1) & 0xff));
    }

    static byte[] addRoute(Route route) {
        return route(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, route);
    }

    static byte[] replaceRoute(Route route) {
        return route(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE, route);
    }

    static byte[] deleteRoute(Route route) {
        return route(RTM_DELROUTE, 0, route);
    }

    static byte[] dumpRoutes() {
        return new MessageWriter(RTM_GETROUTE, 0).u8(AF_INET).u8(0).u8(0).u8(0).u8(0).u8(0).u8(0).u8(0).u32(0).toBytes();
    }

    /** Empty for what isn't a plain route of the main table. */
    static Optional<Route> readRoute(NetlinkMessage message) {
        Attributes attributes = message.attributes(RTMSG);
        boolean main = attributes.u32(RTA_TABLE).orElse(message.body().get(4) & 0xff) == RT_TABLE_MAIN;
        if (!main || (message.body().get(7) & 0xff) != RTN_UNICAST || attributes.u32(RTA_OIF).isEmpty()) {
            return Optional.empty();
        }
        Ipv4 base = attributes.bytes(RTA_DST).map(LinkMessages.Addresses::ipv4).orElse(new Ipv4(0));
        return Optional.of(
                new Route(
                        new Cidr(base, message.body().get(1) & 0xff),
                        attributes.u32(RTA_OIF).get(),
                        attributes.bytes(RTA_GATEWAY).map(LinkMessages.Addresses::ipv4),
                        message.body().get(5) & 0xff));
    }

    /** {@code struct ifaddrmsg}. */
    private static byte[] address(int type, int flags, LinkAddress address) {
        return new MessageWriter(type, flags)
                .u8(AF_INET)
                .u8(address.prefix())
                .u8(0)
                .u8(RT_SCOPE_UNIVERSE)
                .u32(address.link())
                .attribute(IFA_LOCAL, address.address().toBytes())
                .attribute(IFA_ADDRESS, address.address().toBytes())
                .toBytes();
    }

    /** {@code struct rtmsg}. */
    private static byte[] route(int type, int flags, Route route) {
        int scope = route.gateway().isPresent() ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK;
        MessageWriter message =
                new MessageWriter(type, flags)
                        .u8(AF_INET)
                        .u8(route.destination().prefix())
                        .u8(0)
                        .u8(0)
                        .u8(RT_TABLE_MAIN)
                        .u8(route.protocol())
                        .u8(type == RTM_DELROUTE ? RT_SCOPE_NOWHERE : scope)
                        .u8(RTN_UNICAST)
                        .u32(0);
        if (route.destination().prefix() > 0) {
            message.attribute(RTA_DST, route.destination().base().toBytes());
        }
        route.gateway().ifPresent(gateway -> message.attribute(RTA_GATEWAY, gateway.toBytes()));
        return message.attributeU32(RTA_OIF, route.link()).toBytes();
    }
}
