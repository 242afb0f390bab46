package io.gantry.contracts.view;

import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.problem.Problem;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.ImageRef;
import java.util.List;

/**
 * One line of what a build tells. Which of the fields are there says what happened: a step of so many began, what it needs was there, it has its
 * container, something was written, it ended with an image or with an error.
 *
 * @param command that is to blame for the error, with its {@code exitCode}
 */
public record BuildLine(
        Integer step, Integer total, String instruction, Boolean cached, ContainerId running, String stream, Digest image, Digest manifest, List<ImageRef> tags, Problem error,
        List<String> command, Integer exitCode) {}
