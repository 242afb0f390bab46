package io.gantry.image.build.core;

import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.problem.Refusal;

/** A Dockerfile says something that can't be done. Has no stack trace: it is no fault. */
public final class DockerfileRefusal extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient Position at;
    private final String hint;

    public DockerfileRefusal(Position at, String message, String hint) {
        super("Dockerfile " + at + ": " + message, null, false, false);
        this.at = at;
        this.hint = hint;
    }

    public Position at() {
        return at;
    }

    public Refusal refusal() {
        return new Refusal(ProblemType.INVALID_FIELD, getMessage(), "dockerfile", hint);
    }
}
