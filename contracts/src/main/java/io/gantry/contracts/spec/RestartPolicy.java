package io.gantry.contracts.spec;

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
            throw new IllegalArgumentException("restart.maxRetries can't be negative, got " + maxRetries);
        }
    }
}
