package io.gantry.contracts.spec;

import io.gantry.contracts.problem.BadField;

/**
 * What the agent does when a container ends by itself.
 *
 * @param maxRetries for {@code ON_FAILURE}: give up after so many; 0 is never
 */
public record RestartPolicy(Mode mode, int maxRetries) {
    public enum Mode {
        NO,
        ON_FAILURE,
        ALWAYS
    }

    public static final RestartPolicy NO = new RestartPolicy(Mode.NO, 0);
    public static final RestartPolicy ALWAYS = new RestartPolicy(Mode.ALWAYS, 0);

    public RestartPolicy {
        mode = mode == null ? Mode.NO : mode;
        if (maxRetries < 0) {
            throw new BadField("maxRetries", "maxRetries can't be negative, got " + maxRetries);
        }
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
