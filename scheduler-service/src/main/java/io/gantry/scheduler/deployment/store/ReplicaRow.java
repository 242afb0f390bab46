package io.gantry.scheduler.deployment.store;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.id.DeploymentId;
import io.gantry.scheduler.deployment.core.Replica;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

@Entity(name = "SchedulerReplica")
@Table(name = "replica")
class ReplicaRow {
    @Id String container;
    String deployment;
    String node;
    String body;

    static ReplicaRow of(DeploymentId deployment, Replica replica) {
        ReplicaRow row = new ReplicaRow();
        row.container = replica.container().value();
        row.deployment = deployment.value();
        row.become(replica);
        return row;
    }

    void become(Replica replica) {
        node = replica.node() == null ? null : replica.node().value();
        body = Json.write(replica);
    }

    Replica toReplica() {
        return Json.read(body, Replica.class);
    }
}
