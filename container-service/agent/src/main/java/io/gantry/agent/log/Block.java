package io.gantry.agent.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;

/** A window on a file that is read forwards, line by line. */
final class Block {
    /** The longest entry is 16 KiB and its head. */
    private static final int SIZE = 256 << 10;

    private final byte[] bytes = new byte[SIZE];
    private int from;
    private int looked;
    private int to;
    private boolean skipping;

    byte[] bytes() {
        return bytes;
    }

    /** Where the next line begins, whose end {@link #lineEnd} found. */
    int from() {
        return from;
    }

    /** Index of the next line's end, or -1 when the rest of the line isn't here yet. */
    int lineEnd() {
        while (true) {
            int end = find();
            if (end < 0 || !skipping) {
                return end;
            }
            skipping = false;
            pass(end);
        }
    }

    private int find() {
        for (int i = looked; i < to; i++) {
            if (bytes[i] == '\n') {
                return i;
            }
        }
        looked = to;
        return -1;
    }

    /** Goes behind the line that ends at {@code end}. */
    void pass(int end) {
        from = end + 1;
        looked = from;
    }

    /** False at the end of what is there. What is longer than a block is no entry and passed over. */
    boolean fill(SeekableByteChannel channel) throws IOException {
        if (from > 0) {
            System.arraycopy(bytes, from, bytes, 0, to - from);
            to -= from;
            looked -= from;
            from = 0;
        }
        if (to == SIZE) {
            skipping = true;
            clear();
        }
        int got = channel.read(ByteBuffer.wrap(bytes, to, SIZE - to));
        to += Math.max(got, 0);
        return got > 0;
    }

    private void clear() {
        from = 0;
        looked = 0;
        to = 0;
    }
}
