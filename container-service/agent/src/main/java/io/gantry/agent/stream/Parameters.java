package io.gantry.agent.stream;

import io.vertx.core.http.HttpServerRequest;

/** What is said behind a path's question mark. What can't be read is an {@link IllegalArgumentException} that says how it is written. */
final class Parameters {
    private Parameters() {}

    /** There without a value, or {@code true} or {@code 1}. */
    static boolean flag(HttpServerRequest request, String name) {
        String value = request.getParam(name);
        return value != null && (value.isEmpty() || value.equals("true") || value.equals("1"));
    }

    /** Up to five digits. */
    static int number(HttpServerRequest request, String name) {
        String value = request.getParam(name);
        if (value == null || !value.matches("\\d{1,5}")) {
            throw new IllegalArgumentException(name + " is a number up to 99999, got " + value);
        }
        return Integer.parseInt(value);
    }

    /** Of a terminal: the kernel has two bytes for it. */
    static int size(HttpServerRequest request, String name) {
        int size = number(request, name);
        if (size > 65_535) {
            throw new IllegalArgumentException(name + " is a number up to 65535, got " + size);
        }
        return size;
    }
}
