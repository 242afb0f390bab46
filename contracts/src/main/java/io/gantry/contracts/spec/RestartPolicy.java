package io.gantry.contracts.spec;

import io.gantry.contracts.problem.BadField;
import java.time.Duration;

/**
 * What the agent does when a container ends by itself.
 *
 * @param maxRetries for {@code ON_FAILURE}: give up after so many; 0 is never
 * @param backOff how long it waits before each start; {@link BackOff#USUAL} by default
 */
public record RestartPolicy(Mode mode, int maxRetries, BackOff backOff) {
    public enum Mode {
        NO,
        ON_FAILURE,
        ALWAYS
    }

    /**
     * Waits that grow: {@code min}, then {@code multiplier} times the one before, {@code max} at most.
     *
     * @param min 10 ms to 1 h; 100 ms by default
     * @param max from {@code min} to 24 h; 60 s by default
     * @param multiplier 1 to 10; 2 by default
     * @param resetAfter a run of that length makes the next wait the first again, 0 to 24 h; 10 s by default
     */
    public record BackOff(Duration min, Duration max, Double multiplier, Duration resetAfter) {
        public static final BackOff USUAL = new BackOff(null, null, null, null);

        public BackOff {
            min = min == null ? Duration.ofMillis(100) : Check.within("min", min, Duration.ofMillis(10), Duration.ofHours(1));
            max = max == null ? later(min, Duration.ofSeconds(60)) : Check.within("max", max, min, Duration.ofHours(24));
            multiplier = multiplier == null ? 2 : multiplier;
            if (!(multiplier >= 1 && multiplier <= 10)) {
                throw new BadField("multiplier", "multiplier is 1 to 10, got " + multiplier);
            }
            resetAfter = resetAfter == null ? Duration.ofSeconds(10) : Check.within("resetAfter", resetAfter, Duration.ZERO, Duration.ofHours(24));
        }

        /** @param step so many waits came before in a row */
        public Duration after(int step) {
            double millis = min.toMillis() * Math.pow(multiplier, step);
            return millis >= max.toMillis() ? max : Duration.ofMillis((long) millis);
        }

        public boolean resetsAfter(Duration run) {
            return run.compareTo(resetAfter) >= 0;
        }

        private static Duration later(Duration one, Duration other) {
            return one.compareTo(other) > 0 ? one : other;
        }
    }

    public static final RestartPolicy NO = new RestartPolicy(Mode.NO, 0);
    public static final RestartPolicy ALWAYS = new RestartPolicy(Mode.ALWAYS, 0);

    public RestartPolicy {
        mode = mode == null ? Mode.NO : mode;
        if (maxRetries < 0) {
            throw new BadField("maxRetries", "maxRetries can't be negative, got " + maxRetries);
        }
        backOff = backOff == null ? BackOff.USUAL : backOff;
    }

    public RestartPolicy(Mode mode, int maxRetries) {
        this(mode, maxRetries, null);
    }

    /**
     * The agent starts a container again after this end, as long as nobody wants it stopped.
     *
     * @param failed it exited with another code than 0, or could not be started
     * @param restarts how often the agent has started it again before, since a person or its owner asked for this run
     */
    public boolean restartsAfter(boolean failed, int restarts) {
        return switch (mode) {
            case NO -> false;
            case ALWAYS -> true;
            case ON_FAILURE -> failed && (maxRetries == 0 || restarts < maxRetries);
        };
    }
}
