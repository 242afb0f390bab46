package io.gantry.cli.client;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.problem.Problem;
import io.gantry.contracts.problem.ProblemType;

/** The platform said no, and why. */
public final class ApiProblem extends RuntimeException {
    private final transient Problem problem;

    ApiProblem(Problem problem) {
        super(describe(problem));
        this.problem = problem;
    }

    /** Why there is no answer but this one. */
    static ApiProblem of(int status, String type, String body) {
        boolean told = !body.isEmpty() && type.startsWith(Problem.CONTENT_TYPE);
        return new ApiProblem(
                told ? Json.read(body, Problem.class) : new Problem(null, "HTTP " + status, status, "HTTP " + status + " " + body.strip(), null, null));
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

    /** What the kernel said, 0 if it wasn't asked. */
    public int errno() {
        return problem.errno() == null ? 0 : problem.errno();
    }

    public boolean is(ProblemType type) {
        return problem.is(type);
    }
}
