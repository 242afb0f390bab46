package io.gantry.contracts.view;

import io.gantry.contracts.api.Always;
import io.gantry.contracts.unit.Digest;
import java.time.Instant;
import java.util.List;

/**
 * Which tags went, or would go, and why the others stay that a rule speaks of.
 *
 * @param dryRun no tag was taken away
 */
public record RetentionReportView(boolean dryRun, @Always List<Gone> gone, @Always List<Kept> kept) {
    public RetentionReportView {
        gone = List.copyOf(gone);
        kept = List.copyOf(kept);
    }

    public enum Reason {
        /** A container is of it, or a revision of a deployment that could be gone back to. */
        IN_USE,
        /** It is a signature or the like of something that is there. */
        SPEAKS,
        /** A pattern of a rule keeps it. */
        PATTERN,
        /** It is among those that moved last. */
        LAST,
        /** It moved a short time ago. */
        YOUNG,
        /** It came to point to something else meanwhile. */
        CHANGED
    }

    /** @param movedAt when it came to point to that */
    public record Gone(@Always String repository, @Always String tag, @Always Digest digest, @Always Instant movedAt) {}

    /** @param by the rule that keeps it, or who uses it; {@code null} for neither */
    public record Kept(@Always String repository, @Always String tag, @Always Digest digest, @Always Reason reason, String by) {}
}
