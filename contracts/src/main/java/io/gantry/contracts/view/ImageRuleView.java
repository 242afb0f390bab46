package io.gantry.contracts.view;

import io.gantry.contracts.api.Always;
import io.gantry.contracts.spec.RuleInForce;
import java.time.Instant;

/** @param version grows with each change of any rule */
public record ImageRuleView(@Always String name, @Always ImageRuleSpec spec, long version, @Always Instant changedAt) {
    public RuleInForce inForce() {
        return new RuleInForce(name, version, spec.mode(), spec.repositories());
    }
}
