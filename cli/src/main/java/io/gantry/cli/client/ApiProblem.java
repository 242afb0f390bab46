package io.gantry.cli.client;

import io.gantry.contracts.problem.Problem;

/** The platform said no, and why. */
public final class ApiProblem extends RuntimeException {
    private final transient Problem problem;

    ApiProblem(Problem problem) {
        super(
                problem.detail()
                        + (problem.field() == null ? "" : " (" + problem.field() + ")")
                        + (problem.hint() == null ? "" : "\n        " + problem.hint()));
        this.problem = problem;
    }

    /** @param slug the last part of the problem's type */
    public boolean is(String slug) {
        return problem.type() != null && problem.type().endsWith("/" + slug);
    }
}
