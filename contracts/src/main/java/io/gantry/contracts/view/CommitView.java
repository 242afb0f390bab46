package io.gantry.contracts.view;

import io.gantry.contracts.api.Always;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.ImageRef;
import java.util.List;

/** The image that a container became. */
public record CommitView(@Always Digest image, @Always Digest manifest, @Always List<ImageRef> tags) {}
