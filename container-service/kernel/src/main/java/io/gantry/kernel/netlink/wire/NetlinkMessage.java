package io.gantry.kernel.netlink.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** One message as it was received. {@code body} is what follows the header, in the host's byte order, position 0. */
public record NetlinkMessage(int type, int flags, int sequence, ByteBuffer body) {
    /** All messages of one datagram, in order. */
    public static List<NetlinkMessage> parse(byte[] datagram, int length) {
        ByteBuffer data = ByteBuffer.wrap(datagram, 0, length).order(ByteOrder.nativeOrder());
        List<NetlinkMessage> messages = new ArrayList<>();
        int at = 0;
        while (at + NetlinkHeader.MESSAGE_HEADER <= length) {
            int size = data.getInt(at);
            if (size < NetlinkHeader.MESSAGE_HEADER || at + size > length) {
                throw new IllegalArgumentException("a message of " + size + " bytes at " + at + " of " + length);
            }
            messages.add(
                    new NetlinkMessage(
                            data.getShort(at + 4) & 0xffff,
                            data.getShort(at + 6) & 0xffff,
                            data.getInt(at + 8),
                            data.slice(at + NetlinkHeader.MESSAGE_HEADER, size - NetlinkHeader.MESSAGE_HEADER)
                                    .order(ByteOrder.nativeOrder())));
            at += NetlinkHeader.align(size);
        }
        return messages;
    }

    /** The attributes behind the family's fixed part of {@code fixedSize} bytes. */
    public Attributes attributes(int fixedSize) {
        return Attributes.parse(body.slice(fixedSize, body.limit() - fixedSize).order(ByteOrder.nativeOrder()));
    }
}
