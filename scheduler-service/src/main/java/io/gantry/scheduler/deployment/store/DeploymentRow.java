package io.gantry.scheduler.deployment.store;

import io.gantry.contracts.envelope.Json;
import io.gantry.scheduler.deployment.core.Deployment;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** Whoever changes a deployment or a replica of it holds this row's lock. */
@Entity(name = "SchedulerDeployment")
@Table(name = "deployment")
class DeploymentRow {
    @Id String id;
    String project;
    String name;
    String body;
    String prefetch;
    long version;
    @Column(name = "due_at") Instant dueAt;
    @Column(name = "created_at") Instant createdAt;
    @Column(name = "updated_at") Instant updatedAt;

    static DeploymentRow of(Deployment deployment, Instant now) {
        DeploymentRow row = new DeploymentRow();
        row.id = deployment.id().value();
        row.project = deployment.project();
        row.name = deployment.name();
        row.body = Json.write(deployment);
        row.version = 1;
        row.createdAt = now;
        row.updatedAt = now;
        return row;
    }

    /** Without its replicas. */
    Deployment toDeployment() {
        return Json.read(body, Deployment.class);
    }
}
