package io.gantry.image.build.step;

import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.view.BuildMissView;
import io.gantry.image.build.core.PlannedStep;
import io.gantry.image.build.core.StepId;
import io.gantry.image.edge.NobodyListens;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Where a build tells what it does; steps go side by side, so that it is told from several threads. Calls may wait for a slow reader; they fail with
 * {@link NobodyListens} when nobody reads any more.
 */
public interface BuildOutput {
    /** Before a step, of {@code total}, triggers not counted. */
    void step(PlannedStep step, int total);

    /** What the step makes was there already. */
    void cached(StepId step);

    /** It wasn't, and why. */
    void missed(StepId step, List<BuildMissView> why);

    /** A RUN has its container. */
    void running(StepId step, ContainerId container);

    /** The container of a RUN has sockets that lead to ssh agents of the client's, by these ids; it runs, and they are asked for at its {@code socket-forward}. */
    void agents(StepId step, ContainerId container, List<String> ids);

    /** What a step writes, in pieces as they come; empty for what is of no step. */
    void text(Optional<StepId> step, String text);

    /** The step is over, and well. */
    void done(StepId step, Duration took);
}
