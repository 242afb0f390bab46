package io.gantry.agent.runtime;

/** A container's monitor has no place left for another client. The message is for whoever wanted it. */
public final class TooManyAttached extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public TooManyAttached(String container) {
        super("as many clients are attached to container " + container + " as can be at a time, which is 16");
    }
}
