package io.gantry.cli.progress;

import io.gantry.cli.output.Tint.Colour;
import io.gantry.contracts.unit.Bytes;

/**
 * How far one thing is, as a line of a terminal. Pure.
 *
 * @param name what it is, in ASCII
 * @param of so much is all; 0 if nobody knows
 * @param words what is told beside the bar
 */
record Bar(String name, long done, long of, String words, boolean over) {
    private static final int LONGEST = 40;
    private static final int SHORTEST = 8;
    private static final int BRACKETS_AND_SPACES = 6;

    /** On the way, counted in bytes. @param of 0 if nobody knows */
    static Bar ofBytes(String name, long done, long of) {
        return new Bar(name, done, of, of > 0 ? new Bytes(done) + " of " + new Bytes(of) : new Bytes(done).toString(), false);
    }

    /** @param words what came of it */
    static Bar over(String name, String words) {
        return new Bar(name, 0, 0, words, true);
    }

    /** At most so wide, also where there is no room for a bar, or not even for the words. */
    String line(int columns, boolean colours) {
        int length = Math.min(LONGEST, columns - name.length() - words.length() - BRACKETS_AND_SPACES);
        if (over || of <= 0 || length < SHORTEST) {
            return cut(name + "  " + words, columns);
        }
        int filled = (int) Math.min(length, length * Math.min(done, of) / of);
        String arrow = filled == 0 ? "" : "=".repeat(filled - 1) + (filled == length ? "=" : ">");
        return name + "  [" + (colours ? Colour.CYAN.paint(arrow) : arrow) + " ".repeat(length - filled) + "]  " + words;
    }

    static String cut(String text, int columns) {
        return text.length() <= columns ? text : text.substring(0, Math.max(0, columns));
    }
}
