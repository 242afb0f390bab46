package io.gantry.contracts.event;

import io.gantry.contracts.id.RuleId;
import io.gantry.contracts.spec.RuleSpec;
import java.util.UUID;

/** Automation rules, from scheduler-service. */
public sealed interface RuleEvent extends Event {
    RuleId id();

    @Override
    default String subject() {
        return id().value();
    }

    record Created(RuleId id, String project, String name, RuleSpec spec) implements RuleEvent {}

    /** It matched {@code trigger} and did something; {@code outcome} says what, in words. */
    record Ran(RuleId id, String name, UUID trigger, String outcome) implements RuleEvent {}

    record Removed(RuleId id, String project, String name) implements RuleEvent {}
}
