package io.gantry.image.build.step;

import io.gantry.contracts.id.ContainerId;
import io.gantry.image.edge.NobodyListens;
import java.util.List;

/** Where one step tells what it does, as {@link BuildOutput} takes it; fails with {@link NobodyListens} likewise. */
interface StepOutput {
    void running(ContainerId container);

    /** Programs in it may speak to ssh agents of the client's, by these ids. */
    void agents(ContainerId container, List<String> ids);

    void text(String text);
}
