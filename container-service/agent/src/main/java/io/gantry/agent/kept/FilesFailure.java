package io.gantry.agent.kept;

import io.gantry.agent.runtime.Unready;
import io.gantry.contracts.state.Observed;

/** A container's secrets and configs could not be fetched. */
public final class FilesFailure extends RuntimeException implements Unready {
    private static final long serialVersionUID = 1L;
    private static final String STEP = "files";
    private final transient Observed.Failure failure;
    private final boolean away;

    private FilesFailure(Observed.Failure failure, boolean away, Throwable cause) {
        super(failure.detail(), cause);
        this.failure = failure;
        this.away = away;
    }

    /** @param hint may be {@code null} */
    static FilesFailure refused(String detail, String hint) {
        return new FilesFailure(new Observed.Failure(STEP, 0, detail, hint == null ? "" : hint), false, null);
    }

    /** A later try may succeed. */
    static FilesFailure away(String detail, Throwable cause) {
        String hint = "check that container-service runs (gantry status) and that this host reaches that address; the agent goes on trying";
        return new FilesFailure(new Observed.Failure(STEP, 0, detail, hint), true, cause);
    }

    @Override
    public Observed.Failure failure() {
        return failure;
    }

    @Override
    public boolean sourceAway() {
        return away;
    }
}
