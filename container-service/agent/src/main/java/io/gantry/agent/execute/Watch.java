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
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * The containers that run: a connection to each one's monitor, on which its end is told. When one has ended its exit is
 * recorded, the listener told, and what it leaves in the kernel removed.
 */
public final class Watch implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Watch.class.getName());
    private final SystemCalls calls;
    private final ContainerRecords records;
    private final Leftovers leftovers;
    private final Slots slots;
    private final CoreBounds cores;
    private final Cables cables;
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
        LiveContainer container = new LiveContainer(record, launcher, monitor);
        live.put(record.container().id(), container);
        container.keep(aside);
        Thread.ofVirtual().name("watch " + record.container().id().shortForm()).start(() -> follow(container));
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
        Exit exit;
        try {
            exit = awaitExit(container);
        } catch (IOException e) {
            if (closed) { // not the monitor's end but ours: the container runs on
                forget(container);
                return;
            }
            exit = monitorDied(container.record());
        }
        end(container, exit);
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
        } catch (IOException e) {
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
        Exit exit = exit(record, new WaitStatus(9), Instant.now());
        new ExitFile(new WaitStatus(9), record.startedAt(), exit.at()).write(records.folders().exit(record.container().id()));
        return exit;
    }

    private void end(LiveContainer container, Exit exit) {
        ContainerRecord record = container.record();
        try {
            container.end(() -> record(record.ended(exit)));
            tell(record, exit);
            container.release();
            container.monitor().awaitHangUp();
            container.monitor().close();
            if (container.launcher() > 0) {
                calls.waitFor(container.launcher());
            }
            clean(record);
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "container " + record.container().id().shortForm() + " could not be cleaned up", e);
        } finally {
            forget(container);
        }
    }

    /** An end that can't be written is told nevertheless; without a record, so that nobody takes the slot's next container for this one. */
    private void record(ContainerRecord ended) {
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

    /** Kernel and run folder; the slot is free then. */
    void clean(ContainerRecord record) {
        if (record.hostInterface() != null && slots.lent(record.slot())) {
            // its network namespace stays with who shares it; the address goes with the container
            cables.unplug(record.hostInterface());
        }
        leftovers.removeGroups(record.slotName());
        leftovers.countReservations(record);
        leftovers.removeRunFiles(record);
        cores.leave(record.container().id());
        slots.free(record.slot());
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
