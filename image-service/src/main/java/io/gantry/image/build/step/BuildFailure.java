package io.gantry.image.build.step;

import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.problem.Refusal;
import java.util.List;

/** A build can't go on, and the person who wants it can do something about it. Has no stack trace: it is no fault of ours. */
public final class BuildFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient Refusal refusal;
    private final transient Ended ended;

    /** How a command of it ended that should have ended well. */
    public record Ended(List<String> command, int exitCode) {}

    public BuildFailure(Refusal refusal) {
        this(refusal, null);
    }

    private BuildFailure(Refusal refusal, Ended ended) {
        super(refusal.detail(), null, false, false);
        this.refusal = refusal;
        this.ended = ended;
    }

    BuildFailure(String detail, String hint) {
        this(new Refusal(ProblemType.BUILD_FAILED, detail, null, hint == null || hint.isEmpty() ? null : hint));
    }

    static BuildFailure of(Ended ended, String detail, String hint) {
        return new BuildFailure(new Refusal(ProblemType.BUILD_FAILED, detail, null, hint), ended);
    }

    /** {@code null} unless a command is to blame. */
    public Ended ended() {
        return ended;
    }

    public Refusal refusal() {
        return refusal;
    }
}
