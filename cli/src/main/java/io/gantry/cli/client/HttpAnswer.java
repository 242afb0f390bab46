package io.gantry.cli.client;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What was answered.
 *
 * @param headers the first of each name, which has no case
 * @param body as it comes; closing it closes the connection
 */
record HttpAnswer(int status, TreeMap<String, String> headers, InputStream body) {
    private static final int LONGEST_LINE = 64 * 1024;
    private static final int MOST_HEADERS = 1000;

    /** To the end of the head. */
    static HttpAnswer read(String method, Socket socket) throws IOException {
        InputStream in = new BufferedInputStream(socket.getInputStream());
        int status;
        TreeMap<String, String> headers;
        do {
            status = status(line(in));
            headers = headers(in);
            // 1xx: told on the way
        } while (status < 200);
        InputStream body = method.equals("HEAD") || status == 204 || status == 304 ? InputStream.nullInputStream() : SizedInput.of(in, headers);
        return new HttpAnswer(status, headers, new FilterInputStream(body) {
            @Override
            public void close() throws IOException {
                socket.close();
            }
        });
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    String text() throws IOException {
        try (body) {
            return new String(body.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static int status(String line) throws IOException {
        if (!line.matches("HTTP/1\\.[01] [1-9]\\d\\d( .*)?")) {
            throw new IOException("what answers doesn't speak HTTP: " + line.substring(0, Math.min(80, line.length())));
        }
        return Integer.parseInt(line.substring(9, 12));
    }

    private static TreeMap<String, String> headers(InputStream in) throws IOException {
        TreeMap<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            if (colon < 1 || headers.size() == MOST_HEADERS) {
                throw new IOException("what answers doesn't speak HTTP: a head without an end, or a line without a name");
            }
            headers.putIfAbsent(line.substring(0, colon), line.substring(colon + 1).strip());
        }
        return headers;
    }

    /** Without its end. */
    static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(128);
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new IOException("the connection was closed before all was answered");
            }
            if (line.size() == LONGEST_LINE) {
                throw new IOException("what answers doesn't speak HTTP: a line without an end");
            }
            if (c != '\r') {
                line.write(c);
            }
        }
        return line.toString(StandardCharsets.ISO_8859_1);
    }
}
