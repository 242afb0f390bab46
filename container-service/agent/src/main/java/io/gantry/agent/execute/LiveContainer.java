package io.gantry.agent.execute;

import io.gantry.agent.plan.LogBounds;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/** A container that runs, as this agent sees it. */
final class LiveContainer {
    private volatile ContainerRecord record;
    private final int launcher;
    private final MonitorConnection monitor;
    private final Freezer freezer;
    private final CompletableFuture<Void> cleaned = new CompletableFuture<>();
    /** Shared by all who are at what has its slot's name. */
    private final ReadWriteLock slot = new ReentrantReadWriteLock();
    private Aside kept = Aside.NOTHING;
    private boolean ended;

    /**
     * @param launcher the monitor's process id if it is this process's child, else 0
     * @param group its own until it has ended
     * @param mark see {@link Freezer}
     */
    LiveContainer(ContainerRecord record, int launcher, MonitorConnection monitor, Freezer.Group group, Path mark) {
        this.record = record;
        this.launcher = launcher;
        this.monitor = monitor;
        freezer = new Freezer(still -> withSlot(() -> group.freeze(still)), mark);
    }

    ContainerRecord record() {
        return record;
    }

    /** Its spec has changed while it runs. */
    void become(ContainerRecord updated) {
        record = updated;
    }

    int launcher() {
        return launcher;
    }

    MonitorConnection monitor() {
        return monitor;
    }

    Freezer freezer() {
        return freezer;
    }

    /** Completes when it has ended and nothing of it is left in the kernel. */
    CompletableFuture<Void> cleaned() {
        return cleaned;
    }

    /** Does work on the container's folder aside; {@link #cleaned} comes after it. */
    synchronized void keep(Runnable work) {
        kept = Aside.begin(work);
    }

    void awaitKept() {
        Aside last;
        synchronized (this) {
            last = kept;
        }
        last.awaitEnd();
    }

    synchronized boolean ended() {
        return ended;
    }

    synchronized void end(Runnable recording) {
        ended = true;
        recording.run();
    }

    synchronized void unlessEnded(Runnable action) {
        if (!ended) {
            action.run();
        }
    }

    /** Does something to what has its slot's name: control groups, files of names. Empty when it has ended, for they may be another container's by then. */
    <T> Optional<T> withSlot(Supplier<T> action) {
        slot.readLock().lock();
        try {
            return ended() ? Optional.empty() : Optional.of(action.get());
        } finally {
            slot.readLock().unlock();
        }
    }

    void withSlot(Runnable action) {
        withSlot(() -> {
            action.run();
            return true;
        });
    }

    /** Once it has ended: returns when nobody is at what has its slot's name any more. */
    void awaitSlot() {
        slot.writeLock().lock();
        slot.writeLock().unlock();
    }

    /** False when it has ended. */
    boolean signal(int number) {
        return send(Wire.FRAME_SIGNAL, Wire.signal(number));
    }

    /** Of its terminal, if it has one. False when it has ended. */
    boolean resize(int rows, int columns) {
        return send(Wire.FRAME_RESIZE, Wire.resize(rows, columns));
    }

    /** From now on its log is kept so. */
    boolean limitLog(LogBounds bounds) {
        return send(Wire.FRAME_LOG_LIMITS, Wire.buffer(16).putLong(bounds.bytes()).putInt(bounds.files()).putInt(0).flip());
    }

    /** The exit is recorded: the monitor may go. False when it can't be told any more: it has gone, or we have hung up. */
    boolean release() {
        return release(monitor);
    }

    static boolean release(MonitorConnection monitor) {
        return send(monitor, Wire.FRAME_RELEASE, ByteBuffer.allocate(0));
    }

    private boolean send(int kind, ByteBuffer payload) {
        return send(monitor, kind, payload);
    }

    private static boolean send(MonitorConnection monitor, int kind, ByteBuffer payload) {
        try {
            monitor.send(kind, payload);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
