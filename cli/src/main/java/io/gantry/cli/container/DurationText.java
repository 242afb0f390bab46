package io.gantry.cli.container;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A time as people write it: {@code 500ms}, {@code 30s}, {@code 1m30s}, {@code 7d}. */
public final class DurationText {
    private static final Pattern TIME = Pattern.compile("(\\d+)(ms|s|m|h|d)");

    private DurationText() {}

    /** @param text {@code null} stays */
    public static Duration parse(String option, String text) {
        if (text == null) {
            return null;
        }
        Matcher matcher = TIME.matcher(text);
        Duration whole = Duration.ZERO;
        int end = 0;
        while (matcher.find() && matcher.start() == end) {
            long count = Long.parseLong(matcher.group(1));
            whole = whole.plus(
                    switch (matcher.group(2)) {
                        case "ms" -> Duration.ofMillis(count);
                        case "s" -> Duration.ofSeconds(count);
                        case "m" -> Duration.ofMinutes(count);
                        case "h" -> Duration.ofHours(count);
                        default -> Duration.ofDays(count);
                    });
            end = matcher.end();
        }
        if (end == 0 || end < text.length()) {
            throw new IllegalArgumentException(option + " " + text + " is not a time; write for example 30s or 1m30s");
        }
        return whole;
    }
}
