package io.gantry.gateway.events;

import io.gantry.contracts.envelope.Topics;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;

/**
 * How far somebody has read: per partition of every fact topic the next offset. Its text is the {@code id:} of a server-sent event,
 * so that a client can go on exactly there, at any gateway: partitions don't arrive in one fixed order, so no shorter mark is exact.
 * The text is base64url of the version, then varints; a run of zeros is 0 and its length.
 */
final class Position {
    static final int PARTITIONS = Topics.FACTS.size() * Topics.FACT_PARTITIONS;
    private static final int VERSION = 1;
    private final long[] next;

    private Position(long[] next) {
        this.next = next;
    }

    static Position of(long[] next) {
        if (next.length != PARTITIONS) {
            throw new IllegalArgumentException("a position has " + PARTITIONS + " offsets, got " + next.length);
        }
        return new Position(next.clone());
    }

    /**
     * One from before there was some topic says nothing of it: topics are only ever added at the end, and it is read from its beginning.
     *
     * @throws IllegalArgumentException for what {@link #toString} did not write
     */
    static Position parse(String text) {
        try {
            ByteBuffer in = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text));
            if (in.get() != VERSION) {
                throw new IllegalArgumentException("'" + text + "' is not an event id of this version");
            }
            long[] next = new long[PARTITIONS];
            for (int i = 0; i < PARTITIONS; i++) {
                if (!in.hasRemaining() && i > 0 && i % Topics.FACT_PARTITIONS == 0) {
                    break;
                }
                next[i] = read(in);
                if (next[i] == 0) {
                    long run = read(in);
                    if (run < 1 || run > PARTITIONS - i) {
                        throw new IllegalArgumentException("'" + text + "' is not an event id");
                    }
                    i += (int) run - 1;
                }
            }
            if (in.hasRemaining()) {
                throw new IllegalArgumentException("'" + text + "' is not an event id");
            }
            return new Position(next);
        } catch (BufferUnderflowException | ArithmeticException e) {
            throw new IllegalArgumentException("'" + text + "' is not an event id", e);
        }
    }

    long[] offsets() {
        return next.clone();
    }

    @Override
    public String toString() {
        ByteBuffer out = ByteBuffer.allocate(1 + PARTITIONS * 10);
        out.put((byte) VERSION);
        for (int i = 0; i < PARTITIONS; i++) {
            write(out, next[i]);
            if (next[i] == 0) {
                int from = i;
                while (i + 1 < PARTITIONS && next[i + 1] == 0) {
                    i++;
                }
                write(out, i - from + 1L);
            }
        }
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(out.array(), out.position()));
    }

    private static void write(ByteBuffer out, long value) {
        long rest = value;
        while (rest > 0x7f) {
            out.put((byte) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        out.put((byte) rest);
    }

    private static long read(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; shift < 63; shift += 7) {
            byte b = in.get();
            value |= (b & 0x7fL) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw new ArithmeticException("too long");
    }
}
