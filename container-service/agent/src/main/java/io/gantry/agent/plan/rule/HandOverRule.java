package io.gantry.agent.plan.rule;

import io.gantry.agent.plan.LauncherStep.HandOver;
import io.gantry.agent.plan.LauncherStep.NameMonitor;
import io.gantry.agent.plan.PlanDraft;
import io.gantry.agent.plan.PlanInput;
import java.util.List;

/** The first process learns what its files are, and meanwhile the monitor whose it is; what the files that name things say comes then. */
public final class HandOverRule implements Rule {
    private static final String SOCKET = "monitor";

    /** The launcher's {@code MAX_SLOTS}. */
    private static final int MOST = 64;

    /** The root and the files that name things. */
    private static final int OWN = 4;

    @Override
    public PlanDraft apply(PlanDraft draft, PlanInput input) {
        if (draft.handles().size() > MOST) {
            throw new IllegalArgumentException(
                    "the container has %d mounts; beside what every container has there is room for %d".formatted(draft.handles().size() - OWN, MOST - OWN));
        }
        return draft.with(new HandOver(draft.handles()))
                .with(new NameMonitor(
                        input.folders().container(), input.folders().sockets(), SOCKET, input.log().bytes(), input.log().files(),
                        FilesRule.wanted(input) ? List.of(RootFileSystemRule.ROOT, FilesRule.FOLDER) : List.of(RootFileSystemRule.ROOT)))
                .with(NamesRule.written(input));
    }
}
