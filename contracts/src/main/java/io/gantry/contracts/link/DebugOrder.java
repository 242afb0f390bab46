package io.gantry.contracts.link;

import io.gantry.contracts.spec.DebugSpec;
import io.gantry.contracts.spec.ResolvedImage;

/** What the gateway asks of a container's node, which doesn't know names of images. */
public record DebugOrder(DebugSpec spec, ResolvedImage image) {}
