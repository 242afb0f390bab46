package io.gantry.agent.plan;

/** How values print in plans. */
final class Text {
    private Text() {}

    static String quote(String content) {
        String escaped = content.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
        return "\"" + (escaped.length() > 160 ? escaped.substring(0, 160) + "…" : escaped) + "\"";
    }
}
