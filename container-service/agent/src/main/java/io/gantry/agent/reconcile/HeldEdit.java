package io.gantry.agent.reconcile;

import io.gantry.contracts.id.EndpointId;
import io.gantry.contracts.state.Observed;
import java.util.ArrayList;
import java.util.List;

/** A copy of a {@link Held} in the making. */
final class HeldEdit {
    private final Held from;
    private Held.Stage stage;
    private Attempt latest;
    private Trouble trouble;
    private Ending ending;
    private Outcome outcome;
    private long signalled;
    private Observed.Applied applied;
    private List<Observed.End> ends;
    private List<EndpointId> plugged;

    HeldEdit(Held from) {
        this.from = from;
        stage = from.stage();
        latest = from.latest();
        trouble = from.trouble();
        ending = from.ending();
        outcome = from.outcome();
        signalled = from.signalled();
        applied = from.applied();
        ends = from.ends();
        plugged = from.plugged();
    }

    HeldEdit stage(Held.Stage value) {
        stage = value;
        return this;
    }

    HeldEdit latest(Attempt value) {
        latest = value;
        return this;
    }

    HeldEdit trouble(Trouble value) {
        trouble = value;
        return this;
    }

    HeldEdit ending(Ending value) {
        ending = value;
        return this;
    }

    HeldEdit outcome(Outcome value) {
        outcome = value;
        return this;
    }

    HeldEdit signalled(long value) {
        signalled = value;
        return this;
    }

    HeldEdit applied(Observed.Applied value) {
        applied = value;
        return this;
    }

    HeldEdit plugged(List<EndpointId> value) {
        plugged = value;
        return this;
    }

    /** One that is heard of again, by an agent that was restarted, is the same. */
    HeldEdit remember(Observed.End end) {
        List<Observed.End> all = new ArrayList<>(ends);
        all.removeIf(one -> one.run() == end.run() && one.finishedAt().equals(end.finishedAt()));
        all.add(end);
        ends = all.subList(Math.max(0, all.size() - Observed.ENDS_KEPT), all.size());
        return this;
    }

    Held done() {
        return new Held(from.id(), stage, latest, trouble, ending, outcome, signalled, applied, ends, plugged);
    }
}
