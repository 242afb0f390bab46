package io.gantry.contracts.view;

import io.gantry.contracts.problem.Problem;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.ImageRef;
import java.util.List;

/** One line of what a load or import tells: a layer of that size is here, an image is, or it ended with an error. */
public record ArchiveLine(Digest layer, Bytes size, Digest image, Digest manifest, List<ImageRef> tags, Problem error) {}
