package io.gantry.kit.time;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.random.RandomGenerator;

/** Time and randomness, passed to whoever needs them, so that tests can choose both. */
public record World(Clock clock, RandomGenerator random) {
    public static World real() {
        return new World(Clock.systemUTC(), new SecureRandom());
    }

    public Instant now() {
        return clock.instant();
    }
}
