package io.gantry.image.collect.core;

import io.gantry.contracts.view.ImageUse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * On which terms something goes.
 *
 * @param before nothing must have led to it since then, or earlier
 * @param grace what {@code before} was made of: how long nothing must have led to it
 * @param neverNamed also manifests that never had a name
 * @param uses what people run, or could go back to
 */
public record Terms(Instant before, Duration grace, boolean neverNamed, List<ImageUse> uses) {
    public Terms {
        uses = List.copyOf(uses);
    }

    public Terms withUses(List<ImageUse> others) {
        return new Terms(before, grace, neverNamed, others);
    }
}
