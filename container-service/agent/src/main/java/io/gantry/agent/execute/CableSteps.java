package io.gantry.agent.execute;

import io.gantry.agent.plan.CableStep;
import io.gantry.contracts.unit.Bytes;

/** The way from a container to its network: steps with cables; undo is armed before the side effect. */
final class CableSteps {
    private final Cables cables;
    private final Execution execution;

    CableSteps(Cables cables, Execution execution) {
        this.cables = cables;
        this.execution = execution;
    }

    void run(CableStep step) {
        switch (step) {
            case CableStep.MakeVeth(var name) -> {
                execution.onUndo(() -> cables.unplug(name));
                execution.keep(cables.make(name, execution.firstProcess()));
            }
            case CableStep.PlugVeth(_, var network) -> {
                execution.onUndo(() -> cables.unplug(network.hostInterface()));
                execution.cable().plug(network);
            }
            case CableStep.SetAddress(var network) -> execution.cable().address(network);
            case CableStep.AddCable(var inside, var network) -> {
                execution.onUndo(() -> cables.unplug(network.hostInterface()));
                cables.tie(execution.firstProcess(), inside, network);
                cables.bringUp(execution.firstProcess(), inside, network);
            }
            case CableStep.LimitTraffic(var end, var inside, var in, var out) -> cables.limit(end, inside, execution.firstProcess(), rate(in), rate(out));
        }
    }

    private static Long rate(Bytes perSecond) {
        return perSecond == null ? null : perSecond.value();
    }
}
