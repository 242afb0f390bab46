package io.gantry.contracts.event;

import io.gantry.contracts.spec.RuleInForce;
import java.time.Instant;
import java.util.List;

/** Rules for which images may be used, and exceptions from them; from image-service. All have one subject, so that they are in order. */
public sealed interface AdmissionEvent extends Event {
    String SUBJECT = "image-rules";

    @Override
    default String subject() {
        return SUBJECT;
    }

    /**
     * Rules are otherwise from now on.
     *
     * @param rule that was made, changed or removed
     * @param version grows with each change of any of them
     * @param rules all that there are now
     */
    record RulesChanged(String rule, long version, List<RuleInForce> rules) implements AdmissionEvent {
        public RulesChanged {
            rules = List.copyOf(rules);
        }
    }

    /**
     * Images are let in for a time that break a rule.
     *
     * @param images a repository, a digest, or both as {@code repository@digest}
     */
    record Waived(String id, String rule, String images, String reason, String by, Instant until) implements AdmissionEvent {}

    /** It doesn't hold any longer. {@code expired}: because its time is over; otherwise somebody took it back, or its rule is gone. */
    record WaiverEnded(String id, String rule, String images, boolean expired) implements AdmissionEvent {}
}
