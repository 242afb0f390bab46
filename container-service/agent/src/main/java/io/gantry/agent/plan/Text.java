package io.gantry.agent.plan;

import java.util.List;
import java.util.stream.Collectors;

/** How values print in plans. */
final class Text {
    private Text() {}

    /** {@code "a", "b"} */
    static String quoted(List<String> all) {
        return all.stream().map(Text::quote).collect(Collectors.joining(", "));
    }

    static String quote(String content) {
        String escaped = content.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
        return "\"" + (escaped.length() > 160 ? escaped.substring(0, 160) + "…" : escaped) + "\"";
    }
}
