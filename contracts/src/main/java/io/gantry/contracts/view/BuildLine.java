package io.gantry.contracts.view;

import io.gantry.contracts.problem.Problem;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.ImageRef;
import java.util.List;

/**
 * One line of what a build tells. Which of the fields are there says what happened: a step of so many began, what it needs was there, something
 * was written, it ended with an image or with an error.
 */
public record BuildLine(
        Integer step, Integer total, String instruction, Boolean cached, String stream, Digest image, Digest manifest, List<ImageRef> tags, Problem error) {}
