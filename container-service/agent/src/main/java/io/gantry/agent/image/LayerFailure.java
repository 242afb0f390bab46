package io.gantry.agent.image;

import io.gantry.contracts.state.Observed;

/** A layer could not be fetched, checked or unpacked. */
public final class LayerFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient Observed.Failure failure;

    public LayerFailure(Observed.Failure failure, Throwable cause) {
        super(failure.detail(), cause);
        this.failure = failure;
    }

    /** Nothing is wrong but that the source can't be reached now. */
    public boolean sourceAway() {
        return getCause() instanceof BlobSourceAway;
    }

    public Observed.Failure failure() {
        return failure;
    }
}
