package io.gantry.e2e.observe;

/** What was seen is not what should be. */
public final class StepFailed extends RuntimeException {
    private static final long serialVersionUID = 1;

    public StepFailed(String message) {
        super(message);
    }

    public StepFailed(String message, Throwable cause) {
        super(message, cause);
    }
}
