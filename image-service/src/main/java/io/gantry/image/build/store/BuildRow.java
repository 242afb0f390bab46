package io.gantry.image.build.store;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.id.BuildId;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.contracts.view.BuildStepView;
import io.gantry.contracts.view.BuildView;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.List;

/** A build. */
@Entity(name = "ImageBuild")
@Table(name = "build")
class BuildRow {
    @Id String id;

    @Enumerated(EnumType.STRING)
    BuildView.Status status;

    String tags;
    String manifest;
    String image;
    String detail;
    /** JSON, as of {@code steps}; {@code null} unless a place is to blame. */
    String failure;
    /** {@code null} until it is over, and where no step was known. */
    String steps;
    @Column(name = "started_at") Instant startedAt;
    @Column(name = "finished_at") Instant finishedAt;

    /** Without its steps, which are many. */
    BuildView view() {
        return new BuildView(
                new BuildId(id),
                status,
                List.of(Json.read(tags, ImageRef[].class)),
                manifest == null ? null : new Digest(manifest),
                image == null ? null : new Digest(image),
                detail,
                startedAt,
                finishedAt,
                failure == null ? null : Json.read(failure, BuildView.Failure.class),
                null);
    }

    BuildView whole() {
        return steps == null ? view() : view().withSteps(List.of(Json.read(steps, BuildStepView[].class)));
    }
}
