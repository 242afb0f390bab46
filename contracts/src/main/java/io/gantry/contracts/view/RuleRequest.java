package io.gantry.contracts.view;

import io.gantry.contracts.api.Always;
import io.gantry.contracts.spec.RuleSpec;

/** Body of {@code POST /rules}. */
public record RuleRequest(@Always String name, @Always RuleSpec spec) {}
