package io.gantry.agent.plan.script;

/** Values as bash and perl read them. */
final class ShellText {
    private ShellText() {}

    /** One word of bash; what needs no quotes gets none, so that variables put in later are expanded. */
    static String word(String text) {
        return text.matches("[\\w./:@%+=,-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }

    /** As the body of an unquoted here-document. */
    static String body(String text) {
        return text.replace("\\", "\\\\").replace("$", "\\$").replace("`", "\\`");
    }

    /** A string of perl. */
    static String perl(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
