package io.gantry.contracts.spec;

import io.gantry.contracts.problem.BadField;

/**
 * What setrlimit(2) sets for each process of a container.
 *
 * @param soft what holds; the process may raise it to {@code hard}; {@link #UNLIMITED} is no limit
 * @param hard {@code null} is {@code soft}
 */
public record Rlimit(long soft, Long hard) {
    public static final long UNLIMITED = -1;

    public Rlimit {
        hard = hard == null ? soft : hard;
        if (soft < UNLIMITED || hard < UNLIMITED) {
            throw new BadField("soft", "a limit is a number from 0, or -1 for none, got " + soft + " and " + hard);
        }
        if (hard != UNLIMITED && (soft == UNLIMITED || soft > hard)) {
            throw new BadField("soft", "soft is at most hard, got " + soft + " and " + hard);
        }
    }
}
