package io.gantry.scheduler.rule.store;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.spec.RuleSpec;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

@Entity(name = "SchedulerRule")
@Table(name = "rule")
class RuleRow {
    @Id String id;
    String project;
    String name;
    String spec;
    String watches;
    @Column(name = "created_at") Instant createdAt;

    RuleSpec toSpec() {
        return Json.read(spec, RuleSpec.class);
    }
}
