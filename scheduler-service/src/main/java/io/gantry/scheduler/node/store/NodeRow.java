package io.gantry.scheduler.node.store;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.state.Observed;
import io.gantry.scheduler.node.core.Health;
import io.gantry.scheduler.node.core.Node;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.hibernate.annotations.DynamicUpdate;

/** Only what changed is written, so that a placement's {@code version} and a heartbeat's facts don't overwrite each other. */
@Entity(name = "SchedulerNode")
@Table(name = "node")
@DynamicUpdate
class NodeRow {
    @Id String id;
    String name;

    @Enumerated(EnumType.STRING)
    Health state;

    boolean drained;
    long epoch;
    String facts;
    String architecture;
    long cpu;
    long memory;
    @Column(updatable = false) long version;
    @Column(name = "joined_at") Instant joinedAt;
    @Column(name = "last_seen") Instant lastSeen;

    static NodeRow joined(Observed.Node facts, Instant now) {
        NodeRow row = new NodeRow();
        row.id = facts.id().value();
        row.epoch = 1;
        row.version = 1;
        row.joinedAt = now;
        row.heard(facts, now);
        return row;
    }

    void heard(Observed.Node seen, Instant now) {
        name = seen.name();
        state = Health.READY;
        facts = Json.write(seen);
        architecture = seen.architecture() == null ? "" : seen.architecture();
        cpu = seen.cpu().value();
        memory = seen.memory().value();
        lastSeen = now;
    }

    /** What a decision changes of it. */
    void become(Node node) {
        state = node.health();
        drained = node.drained();
        epoch = node.epoch();
    }

    Node toNode() {
        return new Node(new NodeId(id), state, drained, epoch, Json.read(facts, Observed.Node.class), joinedAt, lastSeen);
    }
}
