package io.gantry.contracts.view;

import io.gantry.contracts.api.Always;
import io.gantry.contracts.id.BuildId;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.ImageRef;
import java.time.Instant;
import java.util.List;

/** A build. {@code image} is set when it has finished, {@code detail} when it has failed. */
public record BuildView(
        @Always BuildId id, @Always Status status, @Always List<ImageRef> tags, Digest manifest, Digest image, String detail, @Always Instant startedAt, Instant finishedAt) {
    public enum Status {
        RUNNING,
        FINISHED,
        FAILED
    }
}
