package io.gantry.contracts.view;

import io.gantry.contracts.spec.RuleSpec;

/** Body of {@code POST /rules}. */
public record RuleRequest(String name, RuleSpec spec) {}
