package io.gantry.image.build.store;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.id.BuildId;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.ImageRef;
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
    @Column(name = "started_at") Instant startedAt;
    @Column(name = "finished_at") Instant finishedAt;

    BuildView view() {
        return new BuildView(
                new BuildId(id),
                status,
                List.of(Json.read(tags, ImageRef[].class)),
                manifest == null ? null : new Digest(manifest),
                image == null ? null : new Digest(image),
                detail,
                startedAt,
                finishedAt);
    }
}
