package io.gantry.scheduler.deployment.core;

import io.gantry.contracts.spec.DeploymentSpec;
import io.gantry.contracts.spec.ResolvedImage;
import java.time.Instant;

/**
 * What a deployment was, is or shall be.
 *
 * @param image resolved once, when the revision was made
 * @param reason who or what asked for it, in words
 */
public record Revision(int number, DeploymentSpec spec, ResolvedImage image, String reason, Instant createdAt) {
    public Revision copyAs(int other, String why, Instant now) {
        return new Revision(other, spec, image, why, now);
    }
}
