package io.gantry.agent.reconcile;

import io.gantry.agent.runtime.Exit;
import io.gantry.agent.runtime.Running;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.state.Observed;
import java.time.Duration;
import java.time.Instant;

/**
 * One container as this node holds it; kept on disk, so that a restarted agent knows what it had done. Pure and unchanging.
 *
 * @param run the latest run begun, or tried; 0 before the first
 * @param restarts by policy, within this run
 * @param backOff steps of waiting taken in a row
 * @param signalled number of the latest signal delivered
 * @param attempt grows with each start tried, of whatever run
 * @param since when stopping began, or was asked of one that is starting, or when it was first told to {@link #waiting wait}; {@code null} otherwise
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
        boolean killed) {
    static final Duration FIRST_BACK_OFF = Duration.ofMillis(100);
    static final Duration LAST_BACK_OFF = Duration.ofSeconds(60);

    /** A run of that length was a good one: the next back-off is the first again. */
    static final Duration GOOD_RUN = Duration.ofSeconds(10);

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
                id, Stage.PREPARING, 0, 0, 0, 0, 0, null, null, null, null, null, null, null, null, false);
    }

    public boolean alive() {
        return stage == Stage.RUNNING || stage == Stage.PAUSED || stage == Stage.STOPPING;
    }

    /** A worker has it. */
    boolean busy() {
        return stage == Stage.STARTING || stage == Stage.REMOVING;
    }

    public Held created() {
        return new Held(
                id, Stage.CREATED, run, restarts, waits() ? 0 : backOff, signalled, attempt, pid, startedAt, finishedAt, exitCode,
                reason, null, null, null, killed);
    }

    /** The host is not ready for it: see {@link #waiting}. Its restart policy has no say, for nothing has run yet. */
    boolean waits() {
        return since != null && (stage == Stage.PREPARING || stage == Stage.FAILED);
    }

    public Held preparing() {
        return stage(Stage.PREPARING);
    }

    public Held paused() {
        return stage(Stage.PAUSED);
    }

    public Held unpaused() {
        return stage(Stage.RUNNING);
    }

    public Held removing() {
        return stage(Stage.REMOVING);
    }

    public Held removed() {
        return stage(Stage.REMOVED);
    }

    public Held starting(long newRun, int newRestarts) {
        int steps = newRun == run && !waits() ? backOff : 0;
        return new Held(
                id, Stage.STARTING, newRun, newRestarts, steps, signalled, attempt + 1, null, null, finishedAt, exitCode, reason, null,
                null, null, false);
    }

    public Held running(Running begun) {
        return new Held(
                id, Stage.RUNNING, begun.run(), restarts, backOff, signalled, attempt, begun.pid(), begun.startedAt(), finishedAt,
                exitCode, reason, null, null, null, false);
    }

    public Held stopping(Instant now) {
        return new Held(
                id, Stage.STOPPING, run, restarts, backOff, signalled, attempt, pid, startedAt, finishedAt, exitCode, reason, null,
                now, null, false);
    }

    /** Its start goes on. */
    Held toStop(Instant now) {
        return new Held(
                id, stage, run, restarts, backOff, signalled, attempt, pid, startedAt, finishedAt, exitCode, reason, failure, now, retryAt, killed);
    }

    public Held beingKilled() {
        return new Held(
                id, stage, run, restarts, backOff, signalled, attempt, pid, startedAt, finishedAt, exitCode, reason, null, since,
                null, true);
    }

    public Held signalled(long number) {
        return new Held(
                id, stage, run, restarts, backOff, number, attempt, pid, startedAt, finishedAt, exitCode, reason, failure, since,
                retryAt, killed);
    }

    public Held exited(Exit exit) {
        boolean good = startedAt != null && Duration.between(startedAt, exit.at()).compareTo(GOOD_RUN) >= 0;
        int step = good ? 0 : backOff;
        return new Held(
                id, Stage.EXITED, run, restarts, Math.min(step + 1, LAST_STEP), signalled, attempt, null, startedAt, exit.at(),
                exit.code(), exit.reason(), null, null, exit.at().plus(backOff(step)), false);
    }

    public Held failed(Observed.Failure why, Instant now) {
        return new Held(
                id, Stage.FAILED, run, restarts, Math.min(backOff + 1, LAST_STEP), signalled, attempt, null, startedAt, finishedAt,
                exitCode, reason, why, null, now.plus(backOff(backOff)), false);
    }

    /** Its image could not be had for run {@code wanted}. */
    public Held unprepared(long wanted, Observed.Failure why, Instant now) {
        Held tried = wanted == run ? this : starting(wanted, 0);
        return tried.failed(why, now);
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
        return new Held(
                id, overdue ? Stage.FAILED : Stage.PREPARING, overdue ? wanted : run, 0, Math.min(step + 1, LAST_STEP), signalled, attempt,
                null, startedAt, finishedAt, exitCode, reason, why, first, now.plus(backOff(step)), false);
    }

    static Duration backOff(int step) {
        Duration wait = FIRST_BACK_OFF.multipliedBy(1L << Math.min(step, 12));
        return wait.compareTo(LAST_BACK_OFF) > 0 ? LAST_BACK_OFF : wait;
    }

    private Held stage(Stage next) {
        return new Held(
                id, next, run, restarts, backOff, signalled, attempt, pid, startedAt, finishedAt, exitCode, reason, failure, since,
                retryAt, killed);
    }
}
