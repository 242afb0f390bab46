package io.gantry.contracts.view;

import io.gantry.contracts.id.BuildId;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.problem.Problem;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.ImageRef;
import java.util.List;

/**
 * One line of what a build tells. Which of the fields are there says what happened: a step of so many began, what it makes was there, why it wasn't, it has its
 * container, something was written, it is over, the build ended with an image or with an error. Steps go side by side: {@code of} says which one it is about.
 *
 * @param step that begins; with its {@code stage} and {@code line}
 * @param trigger as in {@link BuildStepView}
 * @param agents its container has sockets that lead to ssh agents of whoever builds: each connection is had at its {@code socket-forward}
 * @param done it is over, after so many {@code millis}
 * @param build its id, in the first and in the last line
 * @param command that is to blame for the error, with its {@code exitCode}
 * @param failure the place that is to blame for the error
 * @param forecast what each step would do, where that alone was asked for
 */
public record BuildLine(
        Integer step, Integer total, String instruction, String stage, Integer line, Integer of, Integer trigger, Boolean cached, List<BuildMissView> missed, ContainerId running, Agents agents, String stream,
        Boolean done, Long millis, BuildId build, Digest image, Digest manifest, List<ImageRef> tags, Problem error, List<String> command, Integer exitCode, BuildView.Failure failure,
        List<BuildStepView> forecast) {
    /** @param ids as the Dockerfile has them */
    public record Agents(ContainerId container, List<String> ids) {}
}
