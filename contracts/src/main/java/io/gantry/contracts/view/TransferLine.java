package io.gantry.contracts.view;

import io.gantry.contracts.problem.Problem;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.ImageRef;

/**
 * One line of what a pull or a push tells. Which of the fields are there says what happened: it began, a layer came so far, it ended with what was pulled or pushed or
 * with an error.
 *
 * @param current of {@code total} bytes of the layer
 * @param changed the reference means something else than before
 * @param pushed the tag; {@code size} of its manifest
 */
public record TransferLine(
        String repository, String tag, Digest layer, State state, Long current, Long total, Digest image, Digest manifest, ImageRef reference, Boolean changed, String pushed,
        Long size, Problem error) {
    public enum State {
        /** It was on the other side already. */
        PRESENT,
        MOVING,
        DONE
    }
}
