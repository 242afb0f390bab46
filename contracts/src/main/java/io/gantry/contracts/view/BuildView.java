package io.gantry.contracts.view;

import io.gantry.contracts.api.Always;
import io.gantry.contracts.id.BuildId;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.ImageRef;
import java.time.Instant;
import java.util.List;

/**
 * A build. {@code image} is set when it has finished, {@code detail} when it has failed.
 *
 * @param failure where it failed, if a place in the Dockerfile is to blame
 * @param steps in the order of the file; absent in a list, and where none was known
 */
public record BuildView(
        @Always BuildId id, @Always Status status, @Always List<ImageRef> tags, Digest manifest, Digest image, String detail, @Always Instant startedAt, Instant finishedAt, Failure failure,
        List<BuildStepView> steps) {
    public enum Status {
        RUNNING,
        FINISHED,
        FAILED
    }

    /**
     * A place in a Dockerfile that is to blame.
     *
     * @param file its path in the context
     * @param instruction absent where none could be read
     * @param step absent where nothing was begun
     * @param exitCode of its command, if that ended badly
     * @param output the last lines that it wrote
     */
    public record Failure(@Always String file, @Always int line, String instruction, Integer step, Integer exitCode, @Always List<String> output) {}

    public BuildView withSteps(List<BuildStepView> more) {
        return new BuildView(id, status, tags, manifest, image, detail, startedAt, finishedAt, failure, more);
    }
}
