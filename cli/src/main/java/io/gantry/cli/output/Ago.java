package io.gantry.cli.output;

import java.time.Duration;
import java.time.Instant;

/** Times as people read them: {@code 5 s}, {@code 3 min}, {@code 2 h}, {@code 4 d}. */
public final class Ago {
    private Ago() {}

    public static String since(Instant then, Instant now) {
        if (then == null) {
            return "";
        }
        Duration passed = Duration.between(then, now);
        if (passed.toSeconds() < 100) {
            return Math.max(0, passed.toSeconds()) + " s";
        }
        if (passed.toMinutes() < 100) {
            return passed.toMinutes() + " min";
        }
        return passed.toHours() < 48 ? passed.toHours() + " h" : passed.toDays() + " d";
    }
}
