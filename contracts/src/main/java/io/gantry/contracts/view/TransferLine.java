package io.gantry.contracts.view;

import io.gantry.contracts.problem.Problem;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.ImageRef;

/**
 * One line of what a pull or push tells: where it goes, how far a layer is, and how it ended.
 *
 * @param repository at the other registry, with its {@code tag}
 * @param state {@code PRESENT}, {@code MOVING} or {@code DONE}, with {@code current} of {@code total} bytes
 * @param image that a pull ended with, by its {@code reference}; {@code changed} if that meant something else before
 * @param pushed the tag or digest that a push ended with; {@code size} is the manifest's
 */
public record TransferLine(
        String repository, String tag, Digest layer, String state, Long current, Long total, Digest image, Digest manifest, ImageRef reference, Boolean changed, String pushed, Integer size,
        Problem error) {}
