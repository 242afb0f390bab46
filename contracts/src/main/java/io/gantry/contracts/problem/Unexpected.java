package io.gantry.contracts.problem;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/**
 * An error that nobody foresaw. Whoever asked is told a mark and nothing of what went wrong; the log has all of it under that mark.
 *
 * @param mark eight hexadecimal digits of chance
 */
public record Unexpected(String mark) {
    public static Unexpected marked() {
        return new Unexpected(HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt()));
    }

    /** @param whose log, {@code the gateway} */
    public String words(String whose) {
        return "an unexpected error; " + whose + "'s log has it under " + mark;
    }

    public Problem problem(String whose) {
        return Problem.of(ProblemType.INTERNAL, words(whose));
    }
}
