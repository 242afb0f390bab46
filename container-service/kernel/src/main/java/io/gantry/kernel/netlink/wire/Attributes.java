package io.gantry.kernel.netlink.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A message's attributes by type. */
public final class Attributes {
    private final Map<Integer, byte[]> values;

    private Attributes(Map<Integer, byte[]> values) {
        this.values = values;
    }

    static Attributes parse(ByteBuffer data) {
        Map<Integer, byte[]> values = new HashMap<>();
        int at = 0;
        while (at + NetlinkHeader.ATTRIBUTE_HEADER <= data.limit()) {
            int length = data.getShort(at) & 0xffff;
            if (length < NetlinkHeader.ATTRIBUTE_HEADER || at + length > data.limit()) {
                throw new IllegalArgumentException("an attribute of " + length + " bytes at " + at + " of " + data.limit());
            }
            byte[] value = new byte[length - NetlinkHeader.ATTRIBUTE_HEADER];
            data.get(at + NetlinkHeader.ATTRIBUTE_HEADER, value);
            values.put(NetlinkHeader.attributeType(data.getShort(at + 2)), value);
            at += NetlinkHeader.align(length);
        }
        return new Attributes(values);
    }

    public Optional<byte[]> bytes(int type) {
        return Optional.ofNullable(values.get(type));
    }

    public Optional<Integer> u32(int type) {
        return bytes(type).map(value -> ByteBuffer.wrap(value).order(ByteOrder.nativeOrder()).getInt());
    }

    public Optional<Integer> u8(int type) {
        return bytes(type).map(value -> value[0] & 0xff);
    }

    public Optional<Integer> u16BigEndian(int type) {
        return bytes(type).map(value -> ByteBuffer.wrap(value).getShort() & 0xffff);
    }

    /** Up to the terminating zero, if there is one. */
    public Optional<String> text(int type) {
        return bytes(type)
                .map(
                        value -> {
                            int end = value.length;
                            while (end > 0 && value[end - 1] == 0) {
                                end--;
                            }
                            return new String(value, 0, end, StandardCharsets.UTF_8);
                        });
    }

    /** Empty attributes where there is none of that type. */
    public Attributes nested(int type) {
        byte[] value = values.getOrDefault(type, new byte[0]);
        return parse(ByteBuffer.wrap(value).order(ByteOrder.nativeOrder()));
    }
}
