package io.gantry.kit.problem;

import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.problem.Refusal;

/** Carries a {@link Refusal} out of a reactive chain to the edge, where it becomes a problem. Has no stack trace: it is no fault. */
public final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient Refusal refusal;

    public Refused(Refusal refusal) {
        super(refusal.detail(), null, false, false);
        this.refusal = refusal;
    }

    public Refused(ProblemType type, String detail, String hint) {
        this(Refusal.of(type, detail, hint));
    }

    public Refusal refusal() {
        return refusal;
    }
}
