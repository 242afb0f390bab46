package io.gantry.cli.progress;

import java.util.List;

/**
 * The last lines of a terminal, drawn anew in place. Says what is to be written; pure but for what it remembers of the last time.
 *
 * <p>The cursor always stands at the beginning of the line below: whatever somebody else writes then begins on a line of its own. A terminal whose size has changed has moved its lines in a way
 * that nobody knows: what was drawn stays where it is, and the lines begin anew below it.
 */
final class LiveLines {
    private int drawn;
    private TerminalSize size;

    /** @param lines each shorter than the terminal is wide, and fewer than it has rows */
    String draw(List<String> lines, TerminalSize now) {
        String text = erase(now) + (lines.isEmpty() ? "" : String.join("\n", lines) + "\n");
        drawn = lines.size();
        return text;
    }

    /** They are gone, and what is written next stands in their place. */
    String erase(TerminalSize now) {
        // ECMA-48: cursor up, erase in display to the end
        String text = drawn == 0 || !now.equals(size) ? "" : "\033[" + drawn + "A\033[J";
        drawn = 0;
        size = now;
        return text;
    }

    /** They stay, and what is written next stands below. */
    void leave() {
        drawn = 0;
    }
}
