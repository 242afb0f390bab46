package io.gantry.contracts.view;

import io.gantry.contracts.api.Always;
import io.gantry.contracts.id.RuleId;
import io.gantry.contracts.spec.RuleSpec;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** An automation rule and its latest runs, newest first. */
public record RuleView(@Always RuleId id, @Always String name, @Always String project, @Always RuleSpec spec, @Always Instant createdAt, @Always List<Run> runs) {
    public record Run(UUID trigger, Instant at, String outcome) {}
}
