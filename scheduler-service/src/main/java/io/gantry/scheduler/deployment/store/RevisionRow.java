package io.gantry.scheduler.deployment.store;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.id.DeploymentId;
import io.gantry.contracts.spec.DeploymentSpec;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.scheduler.deployment.core.Revision;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.time.Instant;

@Entity(name = "SchedulerRevision")
@Table(name = "revision")
@IdClass(RevisionRow.Key.class)
class RevisionRow {
    record Key(String deployment, int number) implements Serializable {}

    @Id String deployment;
    @Id int number;
    String spec;
    String image;
    String reason;
    @Column(name = "created_at") Instant createdAt;

    static RevisionRow of(DeploymentId deployment, Revision revision) {
        RevisionRow row = new RevisionRow();
        row.deployment = deployment.value();
        row.number = revision.number();
        row.spec = Json.write(revision.spec());
        row.image = Json.write(revision.image());
        row.reason = revision.reason();
        row.createdAt = revision.createdAt();
        return row;
    }

    Revision toRevision() {
        return new Revision(
                number, Json.read(spec, DeploymentSpec.class), Json.read(image, ResolvedImage.class), reason, createdAt);
    }
}
