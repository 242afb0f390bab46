package io.gantry.agent.files;

import io.gantry.contracts.problem.Problem;
import io.gantry.contracts.problem.ProblemType;

/** An expected no about files. */
public final class FilesRefusal extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient Problem problem;

    /** @param hint may be {@code null} */
    public FilesRefusal(ProblemType type, String detail, String hint) {
        super(detail, null, false, false);
        this.problem = Problem.of(type, detail, type == ProblemType.INVALID_FIELD ? "path" : null, hint);
    }

    public Problem problem() {
        return problem;
    }
}
