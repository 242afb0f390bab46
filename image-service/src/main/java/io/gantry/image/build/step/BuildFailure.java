package io.gantry.image.build.step;

import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.problem.Refusal;

/** A build can't go on, and the person who wants it can do something about it. Has no stack trace: it is no fault of ours. */
public final class BuildFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient Refusal refusal;

    public BuildFailure(Refusal refusal) {
        super(refusal.detail(), null, false, false);
        this.refusal = refusal;
    }

    BuildFailure(String detail, String hint) {
        this(new Refusal(ProblemType.BUILD_FAILED, detail, null, hint == null || hint.isEmpty() ? null : hint));
    }

    public Refusal refusal() {
        return refusal;
    }
}
