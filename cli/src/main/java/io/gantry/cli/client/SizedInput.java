package io.gantry.cli.client;

import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Map;

/** A body that ends where its head or its chunks say (RFC 9112, sections 6.3 and 7.1); an end before that is an error. */
final class SizedInput extends InputStream {
    private final InputStream in;
    private final boolean chunked;
    private long left;
    private boolean begun;
    private boolean ended;

    private SizedInput(InputStream in, boolean chunked, long left) {
        this.in = in;
        this.chunked = chunked;
        this.left = left;
    }

    /** To the end of the connection if the head says nothing of a size. */
    static InputStream of(InputStream in, Map<String, String> headers) throws IOException {
        if (headers.getOrDefault("Transfer-Encoding", "").toLowerCase(Locale.ROOT).endsWith("chunked")) {
            return new SizedInput(in, true, 0);
        }
        String length = headers.get("Content-Length");
        return length == null ? in : new SizedInput(in, false, number(length, 10));
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int from, int most) throws IOException {
        if (most == 0) {
            return 0;
        }
        if (left == 0 && chunked && !ended) {
            nextChunk();
        }
        if (left == 0) {
            return -1;
        }
        int count = in.read(bytes, from, (int) Math.min(most, left));
        if (count < 0) {
            throw new IOException("the connection was closed before all was answered");
        }
        left -= count;
        return count;
    }

    /** After the last one come lines that nobody needs. */
    private void nextChunk() throws IOException {
        if (begun && !HttpAnswer.line(in).isEmpty()) {
            throw new IOException("what answers doesn't speak HTTP: a chunk is longer than it says");
        }
        begun = true;
        left = number(HttpAnswer.line(in).replaceFirst(";.*", ""), 16);
        ended = left == 0;
        while (ended && !HttpAnswer.line(in).isEmpty()) {
            // passed over
        }
    }

    private static long number(String text, int base) throws IOException {
        try {
            return Long.parseUnsignedLong(text.strip(), base);
        } catch (NumberFormatException e) {
            throw new IOException("what answers doesn't speak HTTP: '" + text + "' is no size", e);
        }
    }
}
