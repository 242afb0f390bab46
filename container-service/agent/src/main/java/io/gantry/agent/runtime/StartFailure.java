package io.gantry.agent.runtime;

import io.gantry.contracts.state.Observed;

/** A container, or a command in one, could not be started; everything done for it has been undone. */
public final class StartFailure extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient Observed.Failure failure;

    public StartFailure(Observed.Failure failure, Throwable cause) {
        super(failure.step() + ": " + failure.detail(), cause);
        this.failure = failure;
    }

    public Observed.Failure failure() {
        return failure;
    }
}
