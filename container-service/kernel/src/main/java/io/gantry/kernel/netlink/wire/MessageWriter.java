package io.gantry.kernel.netlink.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Writes one message: header, the family's fixed part, attributes. Numbers are in the host's order unless a method says otherwise;
 * every attribute ends on a multiple of four bytes.
 */
public final class MessageWriter {
    private static final int TERMINATOR = 1;
    private ByteBuffer buffer = ByteBuffer.allocate(256).order(ByteOrder.nativeOrder());

    /** {@code flags} are {@code NLM_F_*}. Sequence number and port stay 0: the socket sets them. */
    public MessageWriter(int type, int flags) {
        u32(0).u16(type).u16(flags).u32(0).u32(0);
    }

    public MessageWriter u8(int value) {
        room(1).put((byte) value);
        return this;
    }

    public MessageWriter u16(int value) {
        room(2).putShort((short) value);
        return this;
    }

    public MessageWriter u32(int value) {
        room(4).putInt(value);
        return this;
    }

    public MessageWriter attribute(int type, byte[] value) {
        u16(NetlinkHeader.ATTRIBUTE_HEADER + value.length).u16(type);
        room(value.length).put(value);
        return pad();
    }

    public MessageWriter attributeU8(int type, int value) {
        return attribute(type, new byte[] {(byte) value});
    }

    /** Network byte order, as port numbers are. */
    public MessageWriter attributeU16BigEndian(int type, int value) {
        return attribute(type, new byte[] {(byte) (value >>> 8), (byte) value});
    }

    public MessageWriter attributeU32(int type, int value) {
        return attribute(type, ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(value).array());
    }

    /** Text with a terminating zero, as interface names are. */
    public MessageWriter attributeText(int type, String value) {
        byte[] text = value.getBytes(StandardCharsets.UTF_8);
        byte[] terminated = new byte[text.length + TERMINATOR];
        System.arraycopy(text, 0, terminated, 0, text.length);
        return attribute(type, terminated);
    }

    /** Text without a terminating zero, as iproute2 writes a link's kind. */
    public MessageWriter attributeBareText(int type, String value) {
        return attribute(type, value.getBytes(StandardCharsets.UTF_8));
    }

    /** An attribute made of what {@code content} writes. */
    public MessageWriter nested(int type, Consumer<MessageWriter> content) {
        int start = buffer.position();
        u16(0).u16(type);
        content.accept(this);
        buffer.putShort(start, (short) (buffer.position() - start));
        return pad();
    }

    /** The whole message, its length filled in. */
    public byte[] toBytes() {
        byte[] bytes = new byte[buffer.position()];
        buffer.putInt(0, bytes.length);
        buffer.get(0, bytes);
        return bytes;
    }

    private MessageWriter pad() {
        while (buffer.position() % NetlinkHeader.ALIGNMENT != 0) {
            u8(0);
        }
        return this;
    }

    private ByteBuffer room(int size) {
        if (buffer.remaining() < size) {
            ByteBuffer larger = ByteBuffer.allocate(2 * (buffer.capacity() + size)).order(ByteOrder.nativeOrder());
            larger.put(buffer.flip());
            buffer = larger;
        }
        return buffer;
    }
}
