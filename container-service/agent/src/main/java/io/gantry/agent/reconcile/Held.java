package io.gantry.agent.reconcile;

import io.gantry.agent.runtime.Exit;
import io.gantry.agent.runtime.Running;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.RestartPolicy;
import io.gantry.contracts.state.Observed;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * One container as this node holds it; kept on disk, so that a restarted agent knows what it had done. Pure and unchanging.
 *
 * @param run the latest run begun, or tried; 0 before the first
 * @param restarts by policy, within this run
 * @param backOff steps of waiting taken in a row
 * @param signalled number of the latest signal delivered
 * @param attempt grows with each start tried, of whatever run
 * @param killed SIGKILL has been sent
 * @param since when stopping began, or was asked of one that is starting, or when it was first told to {@link #waiting wait}; {@code null} otherwise
 * @param unhealthy its health check made it end, or makes it
 * @param stop how its latest run was asked to end, or {@code null} if it wasn't
 * @param outOfMemory who was killed for want of memory in its latest run, or {@code null}
 * @param applied how much of its spec it runs by
 * @param ends how it ended the last few times, the latest last
 * @param retryAt when policy may start it again, or its image be asked for again; {@code null} if there is nothing to wait for
 */
public record Held(
        ContainerId id,
        Stage stage,
        long run,
        int restarts,
        int backOff,
        long signalled,
        long attempt,
        Integer pid,
        Instant startedAt,
        Instant finishedAt,
        Integer exitCode,
        Observed.ExitReason reason,
        Observed.Failure failure,
        Instant since,
        Instant retryAt,
        boolean killed,
        boolean unhealthy,
        Observed.Stop stop,
        Observed.OutOfMemory outOfMemory,
        Observed.Applied applied,
        List<Observed.End> ends) {
    public Held {
        // journals from before have none
        applied = applied == null ? Observed.Applied.ALL : applied;
        ends = ends == null ? List.of() : List.copyOf(ends);
    }

    /** A host that is not ready for a start for longer makes it fail; it still begins when the host is. */
    static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final int LAST_STEP = 20;

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
        return new Held(
                id, Stage.PREPARING, 0, 0, 0, 0, 0, null, null, null, null, null, null, null, null, false, false, null, null, Observed.Applied.ALL, List.of());
    }

    public boolean alive() {
        return stage == Stage.RUNNING || stage == Stage.PAUSED || stage == Stage.STOPPING;
    }

    /** A worker has it. */
    boolean busy() {
        return stage == Stage.STARTING || stage == Stage.REMOVING;
    }

    public Held created() {
        return edit().stage(Stage.CREATED).backOff(waits() ? 0 : backOff).failure(null).since(null).retryAt(null).done();
    }

    /** The host is not ready for it: see {@link #waiting}. Its restart policy has no say, for nothing has run yet. */
    boolean waits() {
        return since != null && (stage == Stage.PREPARING || stage == Stage.FAILED);
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
                .begin(newRun, newRestarts)
                .backOff(newRun == run && !waits() ? backOff : 0)
                .process(null, null)
                .nothingWrong()
                .done();
    }

    public Held running(Running begun) {
        return edit().stage(Stage.RUNNING).begun(begun).nothingWrong().done();
    }

    /** Asked to end by that signal. */
    public Held stopping(Instant now, String signal, Duration grace) {
        return edit().stage(Stage.STOPPING)
                .nothingWrong()
                .since(now)
                .unhealthy(unhealthy)
                .stop(new Observed.Stop(signal, now, grace, null))
                .done();
    }

    /** Its start goes on. */
    Held toStop(Instant now) {
        return edit().since(now).done();
    }

    public Held beingKilled(Instant now) {
        Observed.Stop asked = stop == null ? new Observed.Stop(null, now, Duration.ZERO, now) : stop.killed(now);
        return edit().failure(null).retryAt(null).killed(true).stop(asked).done();
    }

    /** Whether SIGKILL went out isn't known; once more does no harm. */
    Held toKillAgain() {
        return edit().killed(false).done();
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
        return edit().unhealthy(true).done();
    }

    public Held exited(Exit exit) {
        return exited(exit, RestartPolicy.BackOff.USUAL);
    }

    /** A run that was long enough makes the next back-off the first again, unless its health check ended it. */
    public Held exited(Exit exit, RestartPolicy.BackOff pace) {
        boolean good = !unhealthy && startedAt != null && pace.resetsAfter(Duration.between(startedAt, exit.at()));
        int step = good ? 0 : backOff;
        return edit().stage(Stage.EXITED)
                .backOff(Math.min(step + 1, LAST_STEP))
                .process(null, startedAt)
                .ended(exit)
                .nothingWrong()
                .unhealthy(unhealthy)
                .retryAt(exit.at().plus(pace.after(step)))
                .done();
    }

    public Held failed(Observed.Failure why, Instant now) {
        return failed(why, now, RestartPolicy.BackOff.USUAL);
    }

    public Held failed(Observed.Failure why, Instant now, RestartPolicy.BackOff pace) {
        return edit().stage(Stage.FAILED)
                .backOff(Math.min(backOff + 1, LAST_STEP))
                .process(null, startedAt)
                .nothingWrong()
                .notBegun(why, now)
                .retryAt(now.plus(pace.after(backOff)))
                .done();
    }

    /** Its image could not be had for run {@code wanted}. */
    public Held unprepared(long wanted, Observed.Failure why, Instant now, RestartPolicy.BackOff pace) {
        Held tried = wanted == run ? this : starting(wanted, 0);
        return tried.failed(why, now, pace);
    }

    /**
     * What it needs of this host is not here: the source of its image is away and is asked again at {@link #retryAt}, or its network can't be
     * made. For a while that is only a longer preparation; then run {@code wanted} has failed for whoever waits for it, and still begins once
     * all is here.
     */
    public Held waiting(long wanted, Observed.Failure why, Instant now) {
        Instant first = waits() ? since : now;
        int step = waits() ? backOff : 0;
        boolean overdue = Duration.between(first, now).compareTo(PATIENCE) >= 0;
        return edit().stage(overdue ? Stage.FAILED : Stage.PREPARING)
                .begin(overdue ? wanted : run, 0)
                .attempt(attempt)
                .backOff(Math.min(step + 1, LAST_STEP))
                .process(null, startedAt)
                .nothingWrong()
                .failure(why)
                .since(first)
                .retryAt(now.plus(RestartPolicy.BackOff.USUAL.after(step)))
                .done();
    }

    static Duration backOff(int step) {
        return RestartPolicy.BackOff.USUAL.after(step);
    }

    private HeldEdit edit() {
        return new HeldEdit(this);
    }
}
