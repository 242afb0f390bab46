package io.gantry.contracts.view;

import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.unit.ImageRef;
import java.time.Instant;
import java.util.List;

/**
 * An image in the registry.
 *
 * @param tags the references that point to it, {@code repository:tag}
 * @param history newest last: what made each layer
 */
public record ImageView(ResolvedImage image, List<ImageRef> tags, List<History> history, Instant storedAt) {
    /** @param emptyLayer it changed the configuration only */
    public record History(Instant created, String createdBy, boolean emptyLayer) {}
}
