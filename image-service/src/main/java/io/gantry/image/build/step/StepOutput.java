package io.gantry.image.build.step;

import io.gantry.contracts.id.ContainerId;
import io.gantry.image.edge.NobodyListens;

/** Where one step tells what it does, as {@link BuildOutput} takes it; fails with {@link NobodyListens} likewise. */
interface StepOutput {
    void running(ContainerId container);

    void text(String text);
}
