package io.gantry.check.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * One request.
 *
 * @param path encoded, without a query
 * @param query encoded, may be empty
 * @param body {@code null} for none
 */
public record Call(String method, String path, String query, Map<String, String> headers, byte[] body) {
    private static final int SHOWN = 1500;

    public String target() {
        return query.isEmpty() ? path : path + "?" + query;
    }

    @Override
    public String toString() {
        String text = body == null ? "" : new String(body, StandardCharsets.UTF_8);
        return method + " " + shown(target()) + " " + headers + " " + shown(text);
    }

    static String shown(String text) {
        return text.length() > SHOWN ? text.substring(0, SHOWN) + "… (" + text.length() + ")" : text;
    }
}
