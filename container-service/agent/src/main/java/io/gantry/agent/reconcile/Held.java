package io.gantry.agent.reconcile;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.gantry.agent.runtime.Exit;
import io.gantry.agent.runtime.Running;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.EndpointId;
import io.gantry.contracts.spec.RestartPolicy;
import io.gantry.contracts.state.Observed;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * One container as this node holds it; kept on disk, so that a restarted agent knows what it had done. Pure and unchanging. Its JSON is flat: how it is
 * parted here is seen by nobody who reads a journal.
 *
 * @param signalled number of the latest signal delivered
 * @param applied how much of its spec it runs by
 * @param ends how it ended the last few times, the latest last
 * @param plugged its endpoints that it is plugged into as it runs
 */
public record Held(
        ContainerId id,
        Stage stage,
        @JsonUnwrapped Attempt latest,
        @JsonUnwrapped Trouble trouble,
        @JsonUnwrapped Ending ending,
        @JsonUnwrapped Outcome outcome,
        long signalled,
        Observed.Applied applied,
        List<Observed.End> ends,
        List<EndpointId> plugged) {
    public Held {
        // journals from before have none
        applied = applied == null ? Observed.Applied.ALL : applied;
        ends = ends == null ? List.of() : List.copyOf(ends);
        plugged = plugged == null ? List.of() : List.copyOf(plugged);
    }

    /** A host that is not ready for a start for longer makes it fail; it still begins when the host is. */
    static final Duration PATIENCE = Duration.ofSeconds(20);

    public enum Stage {
        /** Known, nothing done but fetching. */
        PREPARING,
        /** Could be started at once. */
        CREATED,
        /** A worker is starting it. */
        STARTING,
        RUNNING,
        /** The freezer holds all of it. */
        PAUSED,
        STOPPING,
        EXITED,
        FAILED,
        /** A worker is removing it. */
        REMOVING,
        REMOVED
    }

    public static Held of(ContainerId id) {
        return new Held(id, Stage.PREPARING, Attempt.NONE, Trouble.none(0), Ending.NONE, Outcome.NONE, 0, Observed.Applied.ALL, List.of(), List.of());
    }

    public boolean alive() {
        return stage == Stage.RUNNING || stage == Stage.PAUSED || stage == Stage.STOPPING;
    }

    /** A worker has it. */
    boolean busy() {
        return stage == Stage.STARTING || stage == Stage.REMOVING;
    }

    public Held created() {
        return edit().stage(Stage.CREATED).trouble(Trouble.none(waits() ? 0 : trouble.backOff())).done();
    }

    /** The host is not ready for it: see {@link #waiting}. Its restart policy has no say, for nothing has run yet. */
    boolean waits() {
        return trouble.since() != null && (stage == Stage.PREPARING || stage == Stage.FAILED);
    }

    public Held preparing() {
        return edit().stage(Stage.PREPARING).done();
    }

    public Held paused() {
        return edit().stage(Stage.PAUSED).done();
    }

    public Held unpaused() {
        return edit().stage(Stage.RUNNING).done();
    }

    public Held removing() {
        return edit().stage(Stage.REMOVING).done();
    }

    public Held removed() {
        return edit().stage(Stage.REMOVED).done();
    }

    public Held starting(long newRun, int newRestarts) {
        return edit().stage(Stage.STARTING)
                .latest(latest.next(newRun, newRestarts))
                .trouble(Trouble.none(newRun == latest.run() && !waits() ? trouble.backOff() : 0))
                .ending(Ending.NONE)
                .done();
    }

    /** It is on these networks, or will be once it runs. */
    public Held plugged(List<EndpointId> endpoints) {
        return edit().plugged(endpoints).done();
    }

    public Held running(Running begun) {
        return edit().stage(Stage.RUNNING)
                .latest(latest.running(begun))
                .applied(begun.applied())
                .trouble(Trouble.none(trouble.backOff()))
                .ending(ending.over())
                .done();
    }

    /** Asked to end by that signal. */
    public Held stopping(Instant now, String signal, Duration grace) {
        return edit().stage(Stage.STOPPING)
                .trouble(Trouble.none(trouble.backOff()).since(now))
                .ending(ending.asked(new Observed.Stop(signal, now, grace, null)))
                .done();
    }

    /** Its start goes on. */
    Held toStop(Instant now) {
        return edit().trouble(trouble.since(now)).done();
    }

    public Held beingKilled(Instant now) {
        Observed.Stop asked = ending.stop() == null ? new Observed.Stop(null, now, Duration.ZERO, now) : ending.stop().killed(now);
        return edit().trouble(trouble.ending()).ending(ending.killed(asked)).done();
    }

    /** Once more does no harm. */
    Held toKillAgain() {
        return edit().ending(ending.killedPerhaps()).done();
    }

    public Held signalled(long number) {
        return edit().signalled(number).done();
    }

    /** @param why it could not be; {@code null} if it is */
    public Held updated(long number, Observed.Failure why) {
        return edit().applied(applied.dealtWith(number, why)).done();
    }

    /** Its health check has given it up. */
    public Held givenUp() {
        return edit().ending(ending.givenUp()).done();
    }

    public Held exited(Exit exit) {
        return exited(exit, RestartPolicy.BackOff.USUAL);
    }

    /** A run that was long enough makes the next back-off the first again, unless its health check ended it. */
    public Held exited(Exit exit, RestartPolicy.BackOff pace) {
        Instant began = latest.startedAt();
        boolean good = !ending.unhealthy() && began != null && pace.resetsAfter(Duration.between(began, exit.at()));
        int step = good ? 0 : trouble.backOff();
        Outcome how = Outcome.of(exit, ending.unhealthy());
        return edit().stage(Stage.EXITED)
                .latest(latest.over())
                .trouble(Trouble.again(null, null, exit.at(), step, pace.after(step)))
                .ending(ending.ended(exit.outOfMemory()))
                .outcome(how)
                .remember(new Observed.End(latest.run(), latest.restarts(), began, exit.at(), exit.code(), how.reason(), null, exit.lastLines()))
                .done();
    }

    public Held failed(Observed.Failure why, Instant now) {
        return failed(why, now, RestartPolicy.BackOff.USUAL);
    }

    public Held failed(Observed.Failure why, Instant now, RestartPolicy.BackOff pace) {
        int step = trouble.backOff();
        return edit().stage(Stage.FAILED)
                .latest(latest.over())
                .trouble(Trouble.again(why, null, now, step, pace.after(step)))
                .ending(ending.over())
                .remember(new Observed.End(latest.run(), latest.restarts(), null, now, null, null, why.step() + ": " + why.detail(), List.of()))
                .done();
    }

    /** Its image could not be had for run {@code wanted}. */
    public Held unprepared(long wanted, Observed.Failure why, Instant now, RestartPolicy.BackOff pace) {
        Held tried = wanted == latest.run() ? this : starting(wanted, 0);
        return tried.failed(why, now, pace);
    }

    /**
     * What it needs of this host is not here: the source of its image is away and is asked again in time, or its network can't be made. For a while
     * that is only a longer preparation; then run {@code wanted} has failed for whoever waits for it, and still begins once all is here.
     */
    public Held waiting(long wanted, Observed.Failure why, Instant now) {
        Instant first = waits() ? trouble.since() : now;
        int step = waits() ? trouble.backOff() : 0;
        boolean overdue = Duration.between(first, now).compareTo(PATIENCE) >= 0;
        return edit().stage(overdue ? Stage.FAILED : Stage.PREPARING)
                .latest(latest.untried(overdue ? wanted : latest.run()))
                .trouble(Trouble.again(why, first, now, step, backOff(step)))
                .ending(Ending.NONE)
                .done();
    }

    static Duration backOff(int step) {
        return RestartPolicy.BackOff.USUAL.after(step);
    }

    private HeldEdit edit() {
        return new HeldEdit(this);
    }
}
