package io.gantry.agent.plan.rule;

import io.gantry.agent.plan.HostStep.AwaitMonitor;
import io.gantry.agent.plan.HostStep.HandOver;
import io.gantry.agent.plan.HostStep.NameMonitor;
import io.gantry.agent.plan.PlanDraft;
import io.gantry.agent.plan.PlanInput;
import java.util.Optional;

/** The end of the host's part: the monitor learns whose it is, the first process what to do. */
public final class HandOverRule implements Rule {
    private static final String SOCKET = "monitor";

    @Override
    public PlanDraft apply(PlanDraft draft, PlanInput input) {
        return draft.with(
                new NameMonitor(
                        input.folder(), input.socketFolder(), SOCKET, input.logBytes(), input.logFiles(),
                        Optional.of(RootFileSystemRule.ROOT)),
                new AwaitMonitor(),
                new HandOver(draft.handles()));
    }
}
