package io.gantry.contracts.view;

import io.gantry.contracts.problem.Problem;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.ImageRef;
import java.util.List;

/** One line of what loading an archive or importing a file system tells: a layer is in with its size, an image is made, or it ended with an error. */
public record ArchiveLine(Digest layer, Long size, Digest image, Digest manifest, List<ImageRef> tags, Problem error) {}
