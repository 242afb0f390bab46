package io.gantry.kernel.netlink.diag;

import static io.gantry.kernel.netlink.diag.DiagHeader.*;

import io.gantry.contracts.unit.Ipv4;
import io.gantry.kernel.netlink.wire.MessageWriter;
import io.gantry.kernel.netlink.wire.NetlinkMessage;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/** Bytes of sock_diag requests and answers. Pure. */
final class DiagMessages {
    /** An IPv4 address in an IPv6 one (RFC 4291, 2.5.5.2). */
    private static final byte[] MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte) 0xff, (byte) 0xff};

    private DiagMessages() {}

    /** All that listen or are bound. */
    static byte[] dump(int family, BoundSocket.Transport transport) {
        MessageWriter message = new MessageWriter(SOCK_DIAG_BY_FAMILY, 0)
                .u8(family)
                .u8(protocol(transport))
                .u8(0)
                .u8(0)
                .u32(1 << TCP_CLOSE | 1 << TCP_LISTEN);
        for (int i = 0; i < SOCKID; i++) {
            message.u8(0);
        }
        return message.toBytes();
    }

    private static int protocol(BoundSocket.Transport transport) {
        return switch (transport) {
            case TCP -> IPPROTO_TCP;
            case UDP -> IPPROTO_UDP;
        };
    }

    /** Empty for a socket that takes nothing, or nothing by IPv4. */
    static Optional<BoundSocket> read(NetlinkMessage message, BoundSocket.Transport transport) {
        ByteBuffer body = message.body();
        int port = (body.get(PORT_AT) & 0xff) << 8 | body.get(PORT_AT + 1) & 0xff;
        int state = transport == BoundSocket.Transport.TCP ? TCP_LISTEN : TCP_CLOSE;
        if (body.get(STATE_AT) != state || port == 0) {
            return Optional.empty();
        }
        byte[] address = new byte[16];
        body.get(ADDRESS_AT, address);
        Optional<Optional<Ipv4>> taken = body.get(0) == AF_INET ? Optional.of(specific(address, 0)) : byIpv6(address, message);
        return taken.map(where -> new BoundSocket(transport, where, port, body.getInt(INODE_AT) & 0xffffffffL));
    }

    private static Optional<Optional<Ipv4>> byIpv6(byte[] address, NetlinkMessage message) {
        if (Arrays.equals(address, 0, MAPPED.length, MAPPED, 0, MAPPED.length)) {
            return Optional.of(specific(address, MAPPED.length));
        }
        boolean any = Arrays.equals(address, new byte[address.length]);
        boolean only = message.attributes(DIAG_MESSAGE).u8(INET_DIAG_SKV6ONLY).orElse(0) == 1;
        return any && !only ? Optional.of(Optional.empty()) : Optional.empty();
    }

    private static Optional<Ipv4> specific(byte[] address, int from) {
        int value = ByteBuffer.wrap(address).getInt(from);
        return value == 0 ? Optional.empty() : Optional.of(new Ipv4(value));
    }
}
