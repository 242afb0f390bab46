package io.gantry.contracts.view;

import io.gantry.contracts.api.Always;
import io.gantry.contracts.unit.Digest;
import java.time.Instant;

/**
 * @param by who made it
 * @param expired its time is over, and it lets nothing in any longer
 */
public record WaiverView(
        @Always String id, @Always String rule, @Always String images, @Always String reason, @Always String by, @Always Instant madeAt, @Always Instant until, boolean expired) {
    public boolean isFor(String itsRule, String repository, Digest manifest) {
        return rule.equals(itsRule) && (images.equals(repository) || images.equals(manifest.value()) || images.equals(repository + "@" + manifest));
    }

    public WaiverView at(Instant now) {
        return new WaiverView(id, rule, images, reason, by, madeAt, until, !now.isBefore(until));
    }
}
