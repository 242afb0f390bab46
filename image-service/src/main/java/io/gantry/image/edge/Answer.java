package io.gantry.image.edge;

import io.vertx.core.buffer.Buffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a request is answered with. */
public sealed interface Answer {
    int status();

    Map<String, String> headers();

    /** Bytes that are in memory. To a HEAD request only their number is told. */
    record Small(int status, Map<String, String> headers, Buffer body) implements Answer {}

    /** A part of a file, sent by the kernel, here or by {@link io.gantry.kit.file.FileHandover whoever sees the same disk}. */
    record FilePart(int status, Map<String, String> headers, Path file, long offset, long length) implements Answer {}

    static Answer empty(int status, String... headers) {
        return new Small(status, pairs(headers), Buffer.buffer());
    }

    static Answer json(int status, String body, String... headers) {
        Map<String, String> all = pairs(headers);
        all.putIfAbsent("Content-Type", "application/json");
        return new Small(status, all, Buffer.buffer(body));
    }

    static Answer bytes(int status, byte[] body, String... headers) {
        return new Small(status, pairs(headers), Buffer.buffer(body));
    }

    static Answer file(int status, Path file, long offset, long length, String... headers) {
        return new FilePart(status, pairs(headers), file, offset, length);
    }

    private static Map<String, String> pairs(String... headers) {
        Map<String, String> all = new LinkedHashMap<>();
        for (int i = 0; i < headers.length; i += 2) {
            all.put(headers[i], headers[i + 1]);
        }
        return all;
    }
}
