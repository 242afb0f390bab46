package io.gantry.cli.client;

import io.gantry.contracts.problem.Problem;
import io.gantry.contracts.problem.ProblemType;

/** The platform said no, and why. */
public final class ApiProblem extends RuntimeException {
    private final transient Problem problem;

    ApiProblem(Problem problem) {
        super(describe(problem));
        this.problem = problem;
    }

    /** What, where, and on a line of its own what to do. */
    public static String describe(Problem problem) {
        return problem.detail()
                + (problem.field() == null ? "" : " (" + problem.field() + ")")
                + (problem.hint() == null ? "" : "\n        " + problem.hint());
    }

    public int status() {
        return problem.status();
    }

    public boolean is(ProblemType type) {
        return problem.is(type);
    }
}
