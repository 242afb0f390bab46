package io.gantry.contracts.link;

import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * Finds the frames in a body that carries them one behind the other, each behind its length in four bytes, the highest first; one of no length says nothing. The
 * body comes in pieces, cut up anywhere.
 */
public final class FrameCutter {
    /** Bytes of the length before each frame. */
    public static final int HEAD = Integer.BYTES;
    /** Bytes of a frame. */
    public static final int LARGEST = 4 << 20;

    private final ByteBuffer head = ByteBuffer.allocate(HEAD);
    /** Of a frame that began in an earlier piece; {@code null} between frames. */
    private ByteBuffer begun;

    /**
     * @param piece isn't written to later: frames are parts of it
     * @param told of each frame that is whole now, in order
     * @throws IllegalArgumentException for a length that no frame has: what follows can't be understood either
     */
    public void take(ByteBuffer piece, Consumer<ByteBuffer> told) {
        ByteBuffer from = piece.slice();
        while (from.hasRemaining()) {
            if (begun == null) {
                begin(from, told);
            } else {
                fill(begun, from);
            }
            if (begun != null && !begun.hasRemaining()) {
                ByteBuffer whole = begun.flip();
                begun = null;
                told.accept(whole);
            }
        }
    }

    private void begin(ByteBuffer from, Consumer<ByteBuffer> told) {
        fill(head, from);
        if (head.hasRemaining()) {
            return;
        }
        int length = head.flip().getInt();
        head.clear();
        if (length < 0 || length > LARGEST) {
            throw new IllegalArgumentException("a frame has at most " + LARGEST + " bytes, got " + Integer.toUnsignedLong(length));
        }
        if (length > from.remaining()) {
            begun = ByteBuffer.allocate(length);
        } else if (length > 0) {
            ByteBuffer whole = from.slice(from.position(), length);
            from.position(from.position() + length);
            told.accept(whole);
        }
    }

    private static void fill(ByteBuffer to, ByteBuffer from) {
        int count = Math.min(to.remaining(), from.remaining());
        to.put(from.slice(from.position(), count));
        from.position(from.position() + count);
    }
}
