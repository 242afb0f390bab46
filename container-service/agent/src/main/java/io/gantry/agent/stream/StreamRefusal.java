package io.gantry.agent.stream;

import io.gantry.contracts.problem.Problem;
import io.gantry.contracts.problem.ProblemType;

/** An expected no, on its way to the answer. */
final class StreamRefusal extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient Problem problem;

    StreamRefusal(ProblemType type, String detail) {
        super(detail, null, false, false);
        this.problem = Problem.of(type, detail);
    }

    Problem problem() {
        return problem;
    }
}
