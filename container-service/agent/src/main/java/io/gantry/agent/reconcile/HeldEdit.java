package io.gantry.agent.reconcile;

import io.gantry.agent.runtime.Exit;
import io.gantry.agent.runtime.Running;
import io.gantry.contracts.state.Observed;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A copy of a {@link Held} in the making. */
final class HeldEdit {
    private final Held from;
    private Held.Stage stage;
    private long run;
    private int restarts;
    private int backOff;
    private long signalled;
    private long attempt;
    private Integer pid;
    private Instant startedAt;
    private Instant finishedAt;
    private Integer exitCode;
    private Observed.ExitReason reason;
    private Observed.Failure failure;
    private Instant since;
    private Instant retryAt;
    private boolean killed;
    private boolean unhealthy;
    private Observed.Stop stop;
    private Observed.OutOfMemory outOfMemory;
    private Observed.Applied applied;
    private List<Observed.End> ends;

    HeldEdit(Held from) {
        this.from = from;
        stage = from.stage();
        run = from.run();
        restarts = from.restarts();
        backOff = from.backOff();
        signalled = from.signalled();
        attempt = from.attempt();
        pid = from.pid();
        startedAt = from.startedAt();
        finishedAt = from.finishedAt();
        exitCode = from.exitCode();
        reason = from.reason();
        failure = from.failure();
        since = from.since();
        retryAt = from.retryAt();
        killed = from.killed();
        unhealthy = from.unhealthy();
        stop = from.stop();
        outOfMemory = from.outOfMemory();
        applied = from.applied();
        ends = from.ends();
    }

    HeldEdit stage(Held.Stage value) {
        stage = value;
        return this;
    }

    /** A further attempt; how the one before it ended is no news any more. */
    HeldEdit begin(long newRun, int newRestarts) {
        run = newRun;
        restarts = newRestarts;
        attempt++;
        stop = null;
        outOfMemory = null;
        return this;
    }

    HeldEdit begun(Running process) {
        run = process.run();
        applied = process.applied();
        return process(process.pid(), process.startedAt());
    }

    HeldEdit process(Integer number, Instant at) {
        pid = number;
        startedAt = at;
        return this;
    }

    HeldEdit ended(Exit exit) {
        finishedAt = exit.at();
        exitCode = exit.code();
        reason = unhealthy && exit.reason() != Observed.ExitReason.OUT_OF_MEMORY ? Observed.ExitReason.UNHEALTHY : exit.reason();
        outOfMemory = exit.outOfMemory();
        return remember(new Observed.End(run, restarts, startedAt, exit.at(), exit.code(), reason, null, exit.lastLines()));
    }

    /** It could not be started. */
    HeldEdit notBegun(Observed.Failure why, Instant now) {
        failure = why;
        return remember(new Observed.End(run, restarts, null, now, null, null, why.step() + ": " + why.detail(), List.of()));
    }

    /** One that is heard of again, by an agent that was restarted, is the same. */
    private HeldEdit remember(Observed.End end) {
        List<Observed.End> all = new ArrayList<>(ends);
        all.removeIf(one -> one.run() == end.run() && one.finishedAt().equals(end.finishedAt()));
        all.add(end);
        ends = all.subList(Math.max(0, all.size() - Observed.ENDS_KEPT), all.size());
        return this;
    }

    HeldEdit attempt(long value) {
        attempt = value;
        return this;
    }

    HeldEdit backOff(int value) {
        backOff = value;
        return this;
    }

    HeldEdit signalled(long value) {
        signalled = value;
        return this;
    }

    /** Nothing failed, nothing is waited for, nobody ends it. */
    HeldEdit nothingWrong() {
        failure = null;
        since = null;
        retryAt = null;
        killed = false;
        unhealthy = false;
        return this;
    }

    HeldEdit failure(Observed.Failure value) {
        failure = value;
        return this;
    }

    HeldEdit since(Instant value) {
        since = value;
        return this;
    }

    HeldEdit retryAt(Instant value) {
        retryAt = value;
        return this;
    }

    HeldEdit killed(boolean value) {
        killed = value;
        return this;
    }

    HeldEdit unhealthy(boolean value) {
        unhealthy = value;
        return this;
    }

    HeldEdit applied(Observed.Applied value) {
        applied = value;
        return this;
    }

    HeldEdit stop(Observed.Stop value) {
        stop = value;
        return this;
    }

    Held done() {
        return new Held(
                from.id(), stage, run, restarts, backOff, signalled, attempt, pid, startedAt, finishedAt, exitCode, reason, failure, since, retryAt,
                killed, unhealthy, stop, outOfMemory, applied, ends);
    }
}
