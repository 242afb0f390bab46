package io.gantry.agent.execute;

import io.gantry.agent.log.LastWords;
import io.gantry.agent.runtime.ContainerRuntime.ExitListener;
import io.gantry.agent.runtime.Exit;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.state.Observed;
import io.gantry.contracts.state.Observed.ExitReason;
import io.gantry.kernel.process.WaitStatus;
import io.gantry.kernel.syscall.SystemCalls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * The containers that run: a connection to each one's monitor, on which its end is told. When one has ended its exit is
 * recorded, the listener told, and what it leaves in the kernel removed.
 */
public final class Watch implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Watch.class.getName());
    private static final int SIGKILL = 9;
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(2);
    private static final Duration LAST_PAUSE = Duration.ofMinutes(1);
    private final SystemCalls calls;
    private final ContainerRecords records;
    private final Leftovers leftovers;
    private final Slots slots;
    private final CoreBounds cores;
    private final Cables cables;
    private final KernelWaits waits = new KernelWaits();
    private final ConcurrentHashMap<ContainerId, LiveContainer> live = new ConcurrentHashMap<>();
    private volatile ExitListener listener = (id, run, exit) -> {};
    private volatile boolean closed;

    Watch(SystemCalls calls, ContainerRecords records, Leftovers leftovers, Slots slots, CoreBounds cores, Cables cables) {
        this.calls = calls;
        this.records = records;
        this.leftovers = leftovers;
        this.slots = slots;
        this.cores = cores;
        this.cables = cables;
    }

    void onExit(ExitListener told) {
        listener = told;
    }

    Optional<LiveContainer> get(ContainerId id) {
        return Optional.ofNullable(live.get(id)).filter(each -> !each.ended());
    }

    /** All that run. */
    List<ContainerRecord> running() {
        return live.values().stream().filter(each -> !each.ended()).map(LiveContainer::record).toList();
    }

    /** First processes of all that run but {@code id}, by name. */
    Map<String, Integer> others(ContainerId id) {
        return running().stream()
                .filter(record -> !record.container().id().equals(id))
                .collect(Collectors.toMap(record -> record.container().name(), ContainerRecord::pid, (one, _) -> one));
    }

    /** @param aside work on the container's folder that needn't be waited for */
    void add(ContainerRecord record, int launcher, Path socket, Runnable aside) {
        try {
            add(record, launcher, MonitorConnection.dial(socket, Wire.HELLO_WATCH), aside);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void add(ContainerRecord record, int launcher, MonitorConnection monitor, Runnable aside) {
        ContainerId id = record.container().id();
        LiveContainer container =
                new LiveContainer(record, launcher, monitor, leftovers.group(record.slotName())::freeze, records.folders().container(id).resolve("standing"));
        live.put(id, container);
        container.keep(aside);
        Thread.ofVirtual().name("watch " + id.shortForm()).start(() -> follow(container));
    }

    /** Waits until an ended container is out of the kernel; returns at once for one that isn't known. */
    void awaitCleaned(ContainerId id) {
        LiveContainer container = live.get(id);
        if (container != null) {
            container.cleaned().join();
        }
    }

    /** Takes the end of a child that nobody else waits for. */
    void reap(int launcher) {
        Thread.ofPlatform().daemon().name("reap " + launcher).start(() -> calls.waitFor(launcher));
    }

    /** Unless it has ended meanwhile, which says more. */
    void saveStarted(ContainerRecord record) {
        LiveContainer container = live.get(record.container().id());
        if (container != null) {
            container.unlessEnded(() -> records.save(record));
        }
    }

    /** It runs by another spec from now on. */
    void become(LiveContainer container, ContainerRecord updated) {
        container.awaitKept();
        container.unlessEnded(() -> {
            container.become(updated);
            records.save(updated);
        });
    }

    private void follow(LiveContainer container) {
        Optional<Exit> exit;
        try {
            exit = exitOf(container);
        } catch (RuntimeException | Error e) { // nobody else would ever tell that it has ended
            LOG.log(Level.WARNING, "how container " + container.record().container().id().shortForm() + " ended can't be told", e);
            exit = Optional.of(new Exit(128 + SIGKILL, ExitReason.SIGNALLED, Instant.now()));
        }
        exit.ifPresentOrElse(known -> end(container, known), () -> forget(container));
    }

    /** Empty if it isn't the monitor that ended but we: the container runs on. */
    private Optional<Exit> exitOf(LiveContainer container) {
        try {
            return Optional.of(awaitExit(container));
        } catch (IOException e) {
            return closed ? Optional.empty() : Optional.of(monitorDied(container.record()));
        }
    }

    private Exit awaitExit(LiveContainer container) throws IOException {
        while (true) {
            MonitorConnection.Frame frame =
                    container.monitor().read().orElseThrow(() -> new IOException("the monitor is gone"));
            if (frame.kind() == Wire.FRAME_EXIT) {
                return exit(container.record(), Wire.Status.read(frame.payload()));
            }
        }
    }

    Exit exit(ContainerRecord record, Wire.Status status) {
        return exit(record, new WaitStatus(status.waitStatus()), Instant.ofEpochSecond(0, status.exitedNanos()));
    }

    Exit exit(ContainerRecord record, WaitStatus status, Instant at) {
        ExitReason reason = ExitReason.EXITED;
        Observed.OutOfMemory outOfMemory = leftovers.outOfMemory(record.slotName());
        if (status.code() != 0 && outOfMemory != null) {
            reason = ExitReason.OUT_OF_MEMORY;
        } else if (status.signalled()) {
            reason = ExitReason.SIGNALLED;
        }
        return new Exit(status.code(), reason, at, outOfMemory, status.code() == 0 ? List.of() : lastLines(record));
    }

    private List<String> lastLines(ContainerRecord record) {
        try {
            return LastWords.of(records.folders().container(record.container().id()), record.startedAt());
        } catch (IOException | RuntimeException e) { // a file that somebody has spoilt has no times
            LOG.log(Level.WARNING, "the last lines of container " + record.container().id().shortForm() + " can't be read", e);
            return List.of();
        }
    }

    /** Without its monitor a container has no streams and nobody to tell its end: it is ended now. */
    Exit monitorDied(ContainerRecord record) {
        leftovers.group(record.slotName()).kill();
        return ExitFile.read(records.folders().exit(record.container().id()))
                .map(file -> exit(record, file.status(), file.at()))
                .orElseGet(() -> endWithoutMonitor(record));
    }

    private Exit endWithoutMonitor(ContainerRecord record) {
        ContainerId id = record.container().id();
        Exit exit = exit(record, new WaitStatus(SIGKILL), Instant.now());
        try {
            new ExitFile(new WaitStatus(SIGKILL), record.startedAt(), exit.at()).write(records.folders().exit(id));
        } catch (UncheckedIOException e) {
            LOG.log(Level.WARNING, "readers of the log of container " + id.shortForm() + " are not told that it has ended; is the disk full?", e);
        }
        return exit;
    }

    private void end(LiveContainer container, Exit exit) {
        ContainerRecord record = container.record();
        try {
            container.end(() -> record(record.ended(exit)));
            tell(record, exit);
            if (!container.release() && closed) {
                // its monitor waits for the next agent, which finds it by its socket
                forget(container);
                return;
            }
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "the end of container " + record.container().id().shortForm() + " could not be seen to", e);
            freeLater(record, FIRST_PAUSE);
            forget(container);
            return;
        }
        CompletableFuture<Void> left = CompletableFuture.runAsync(() -> {
            container.awaitSlot();
            leaveKernel(record);
        }, waits::begin);
        try {
            // it syncs what it wrote and lets go of the root, which takes about as long as the groups do
            container.monitor().awaitHangUp();
            container.monitor().close();
        } finally {
            waits.begin(() -> takeAway(container, left));
        }
    }

    /** What has not gone when this is done goes later: a process that waits for a disk can't be ended, and keeps its groups and its ids. */
    private void takeAway(LiveContainer container, CompletableFuture<Void> left) {
        ContainerRecord record = container.record();
        try {
            if (container.launcher() > 0) {
                calls.waitFor(container.launcher());
            }
            left.join();
            giveBack(record);
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "container " + record.container().id().shortForm() + " could not be cleaned up; trying again until it can", e);
            freeLater(record, FIRST_PAUSE);
        } finally {
            forget(container);
        }
    }

    /** Only what has the slot's name: one of the container's name may be its next run's by then. */
    private void freeLater(ContainerRecord record, Duration pause) {
        Thread.ofVirtual().name("free " + record.slotName()).start(() -> {
            LockSupport.parkNanos(pause.toNanos());
            if (!closed) {
                waits.begin(() -> free(record, pause));
            }
        });
    }

    private void free(ContainerRecord record, Duration pause) {
        try {
            leftovers.removeGroups(record.slotName());
            leftovers.removeNames(record.slotName());
            slots.free(record.slot());
            LOG.log(Level.INFO, "what was left of container {0} is gone", record.container().id().shortForm());
        } catch (RuntimeException e) {
            LOG.log(Level.DEBUG, "slot " + record.slotName() + " is still not free", e);
            freeLater(record, pause.multipliedBy(2).compareTo(LAST_PAUSE) < 0 ? pause.multipliedBy(2) : LAST_PAUSE);
        }
    }

    /** An end that can't be written is told nevertheless; without a record, so that nobody takes the slot's next container for this one. */
    void record(ContainerRecord ended) {
        try {
            records.save(ended);
        } catch (UncheckedIOException e) {
            ContainerId id = ended.container().id();
            LOG.log(Level.WARNING, "the end of container " + id.shortForm() + " could not be recorded; is the disk full?", e);
            records.forget(id);
        }
    }

    private void forget(LiveContainer container) {
        container.awaitKept();
        live.remove(container.record().container().id(), container);
        container.cleaned().complete(null);
    }

    /** Kernel and run folder; the slot is free then. Its monitor has gone. */
    void clean(ContainerRecord record) {
        leaveKernel(record);
        giveBack(record);
    }

    private void giveBack(ContainerRecord record) {
        leftovers.removeRunFiles(record);
        slots.free(record.slot());
    }

    private void leaveKernel(ContainerRecord record) {
        try {
            if (!record.plugs().isEmpty() && slots.lent(record.slot())) {
                // its network namespace stays with who shares it; the addresses go with the container
                record.plugs().forEach(plug -> cables.unplug(plug.hostInterface()));
            }
            leftovers.removeGroups(record.slotName());
        } finally {
            leftovers.countReservations(record);
            cores.leave(record.container().id());
        }
    }

    private void tell(ContainerRecord record, Exit exit) {
        try {
            listener.exited(record.container().id(), record.run(), exit);
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "the exit listener failed", e);
        }
    }

    @Override
    public void close() {
        closed = true;
        live.values().forEach(LiveContainer::awaitKept);
        live.values().forEach(container -> container.monitor().close());
    }
}
