package io.gantry.contracts.view;

import io.gantry.contracts.api.Always;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.Digest;
import java.time.Instant;
import java.util.List;

/**
 * What the registry removed because nothing leads to it, or would remove, and why the rest stays.
 *
 * @param dryRun nothing was removed
 * @param before only what nothing has led to since then, or earlier, goes
 * @param freed bytes of the blobs that went
 * @param kept the rest by reason, blobs and manifests apart
 * @param waiting what nothing leads to, but not for long enough; the first to go first
 * @param details why each single one stays; empty unless asked for
 */
public record CollectionView(
        boolean dryRun, @Always Instant before, @Always List<Gone> manifests, @Always List<Gone> blobs, @Always Bytes freed, @Always List<Kept> kept, @Always List<Waiting> waiting,
        @Always List<Detail> details, @Always Stored stored) {
    public CollectionView {
        manifests = List.copyOf(manifests);
        blobs = List.copyOf(blobs);
        kept = List.copyOf(kept);
        waiting = List.copyOf(waiting);
        details = List.copyOf(details);
    }

    public enum Kind {
        MANIFEST,
        BLOB
    }

    /** Why something stays. */
    public enum Reason {
        /** A tag points to it. */
        NAMED,
        /** An index that stays has it. */
        IN_AN_INDEX,
        /** It speaks about a manifest that stays: a signature, a report. */
        REFERS,
        /** A container is of it, or a revision of a deployment that could be gone back to. */
        IN_USE,
        /** Nobody ever gave it a name: pushed or built to be used by its digest. */
        NEVER_NAMED,
        /** A manifest that stays needs it. */
        NEEDED,
        /** Builds keep it for the next ones. */
        BUILD_CACHE,
        /** Nothing leads to it, but not for long enough; or the manifest that led to it goes only now. */
        WAITS,
        /** Something came to need it while the rest was removed. */
        CHANGED
    }

    /**
     * @param repository of a manifest; {@code null} for a blob's bytes, which all repositories share
     * @param since when nothing has led to it
     */
    public record Gone(String repository, @Always Digest digest, @Always Bytes size, Instant since) {}

    /** @param bytes of manifests their own, not of what they need */
    public record Kept(@Always Kind kind, @Always Reason reason, int count, @Always Bytes bytes) {}

    /** @param goes the earliest moment at which a collection removes it */
    public record Waiting(@Always Kind kind, String repository, @Always Digest digest, @Always Bytes size, @Always Instant goes) {}

    /** @param by what keeps it, if something in particular does */
    public record Detail(@Always Kind kind, String repository, @Always Digest digest, @Always Bytes size, @Always Reason reason, String by) {}

    /**
     * What sharing saves, as it is afterwards.
     *
     * @param bytes of all blobs, as they lie on the disk
     * @param referenced bytes, if each image had blobs of its own
     */
    public record Stored(int blobs, @Always Bytes bytes, @Always Bytes referenced) {}
}
