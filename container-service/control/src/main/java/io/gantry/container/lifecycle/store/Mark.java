package io.gantry.container.lifecycle.store;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How far somebody has looked at a table whose rows say in which transaction they were written.
 *
 * @param since when the PostgreSQL that numbers transactions has run, in microseconds: after a crash it may use a number again that somebody has seen
 * @param transaction all with a lower number had ended, and what they wrote was seen
 */
record Mark(long since, long transaction) {
    private static final Pattern FORM = Pattern.compile("(\\d{1,18})\\.(\\d{1,18})");

    /** @return empty for what isn't one: its owner has seen nothing that we know of */
    static Optional<Mark> parse(String text) {
        Matcher form = FORM.matcher(text == null ? "" : text);
        return form.matches() ? Optional.of(new Mark(Long.parseLong(form.group(1)), Long.parseLong(form.group(2)))) : Optional.empty();
    }

    /** Both of one PostgreSQL, and of one run of it. */
    boolean continues(Mark earlier) {
        return since == earlier.since();
    }

    @Override
    public String toString() {
        return since + "." + transaction;
    }
}
