package io.gantry.bench;

import java.io.IOException;
import java.io.InputStream;

/** The head of an answer over HTTP/1.1, as benches read it that do without a client. */
final class HttpHead {
    private static final String LENGTH = "content-length:";

    private HttpHead() {}

    /** @return how long the body behind it is, 0 if that isn't said; anything but 200 is an exception */
    static long read(InputStream in) throws IOException {
        String status = line(in);
        if (!status.startsWith("HTTP/1.1 200")) {
            throw new IOException("expected 200, got " + status);
        }
        long length = 0;
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            if (line.regionMatches(true, 0, LENGTH, 0, LENGTH.length())) {
                length = Long.parseLong(line.substring(LENGTH.length()).strip());
            }
        }
        return length;
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new IOException("the connection was closed");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }
}
