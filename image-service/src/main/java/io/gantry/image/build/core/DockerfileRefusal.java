package io.gantry.image.build.core;

import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.problem.Refusal;
import java.util.Optional;

/** A Dockerfile says something that can't be done. Has no stack trace: it is no fault. */
public final class DockerfileRefusal extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient Position at;
    private final String reason;
    private final String hint;
    private final String instruction;

    public DockerfileRefusal(Position at, String reason, String hint) {
        this(at, reason, hint, null);
    }

    private DockerfileRefusal(Position at, String reason, String hint, String instruction) {
        super("Dockerfile " + at + ": " + reason, null, false, false);
        this.at = at;
        this.reason = reason;
        this.hint = hint;
        this.instruction = instruction;
    }

    /** The same, of an instruction, unless it is known already of which. */
    DockerfileRefusal of(String text) {
        return instruction == null ? new DockerfileRefusal(at, reason, hint, text) : this;
    }

    public Position at() {
        return at;
    }

    /** Of which it is as it is written; empty where no single one is to blame. */
    public Optional<String> instruction() {
        return Optional.ofNullable(instruction);
    }

    /** Without its place. */
    public Refusal refusal() {
        return new Refusal(ProblemType.INVALID_FIELD, reason, "dockerfile", hint);
    }
}
