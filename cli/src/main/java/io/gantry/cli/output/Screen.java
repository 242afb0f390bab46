package io.gantry.cli.output;

import java.io.Console;
import java.io.PrintWriter;
import java.util.Map;

/**
 * Where we print.
 *
 * @param terminal somebody looks at it: it may be cleared and drawn anew
 * @param colours it shows them, and they are wanted
 */
public record Screen(boolean terminal, boolean colours) {
    public static final Screen PLAIN = new Screen(false, false);
    private static final String FROM_THE_TOP = "\033[H\033[2J";

    /** {@code NO_COLOR} and {@code TERM=dumb} are heard. */
    public static Screen of(Map<String, String> environment) {
        Console console = System.console();
        boolean terminal = console != null && console.isTerminal() && !"dumb".equals(environment.get("TERM"));
        return new Screen(terminal, terminal && environment.getOrDefault("NO_COLOR", "").isEmpty());
    }

    /** Instead of what was shown before; behind it where nothing can be cleared. */
    public void show(PrintWriter out, String text) {
        out.print(terminal ? FROM_THE_TOP + text : text);
        out.flush();
    }
}
