package io.gantry.agent.execute;

import io.gantry.agent.runtime.Exit;
import io.gantry.agent.runtime.Recovered;
import io.gantry.agent.size.SizedFolder;
import io.gantry.contracts.id.ContainerId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * After a restart of the agent: every record is held against its monitor. A container whose monitor answers runs on; one whose
 * start wasn't finished is taken back; one without a monitor is ended. Groups that no record speaks of go.
 */
final class Recovery {
    private static final System.Logger LOG = System.getLogger(Recovery.class.getName());
    private final ContainerRecords records;
    private final ContainerFolders folders;
    private final Leftovers leftovers;
    private final Watch watch;
    private final Slots slots;
    private final CoreBounds cores;
    private final Cables cables;

    Recovery(
            ContainerRecords records, ContainerFolders folders, Leftovers leftovers, Watch watch, Slots slots, CoreBounds cores, Cables cables) {
        this.records = records;
        this.folders = folders;
        this.leftovers = leftovers;
        this.watch = watch;
        this.slots = slots;
        this.cores = cores;
        this.cables = cables;
    }

    /** What containers of an earlier agent have stays theirs, whoever is started meanwhile. */
    void claim() {
        records.all().stream().filter(this::holdsSlot).forEach(record -> {
            slots.mark(record);
            cores.mark(record);
        });
    }

    /** Until its end has been recorded and cleaned up after, of which the sockets are the last. */
    private boolean holdsSlot(ContainerRecord record) {
        return record.exit() == null || Files.isDirectory(folders.sockets(record.container().id()));
    }

    List<Recovered> run() {
        forgetTheGone();
        List<Recovered> found = new ArrayList<>();
        for (ContainerRecord record : records.all()) {
            recover(record).ifPresent(found::add);
        }
        Set<String> running = new HashSet<>();
        found.stream()
                .filter(each -> each.exit().isEmpty())
                .flatMap(each -> records.load(each.id()).stream())
                .forEach(record -> running.add(record.slotName()));
        leftovers.removeUnknown(running);
        Set<Path> known = records.all().stream().map(record -> folders.sockets(record.container().id())).collect(Collectors.toSet());
        folders.allSockets().stream().filter(sockets -> !known.contains(sockets)).forEach(this::letGo);
        List<Recovered> taken = found.stream().map(this::takenUp).toList();
        cores.settleIfAnyAreGiven();
        return taken;
    }

    private void forgetTheGone() {
        try {
            SizedFolder.forgetTheGone(folders.data());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Recovered takenUp(Recovered one) {
        return watch.get(one.id()).map(live -> one.paused(live.freezer().takeUp(one.paused()))).orElse(one);
    }

    /** Its record is gone, and what ran in its groups by now: nobody will ask its monitor any more. */
    private void letGo(Path sockets) {
        try (MonitorConnection monitor = MonitorConnection.dial(sockets.resolve(ContainerFolders.MONITOR), Wire.HELLO_WATCH)) {
            LiveContainer.release(monitor);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "nobody listens in {0}", sockets);
        }
        Trees.delete(sockets);
    }

    private Optional<Recovered> recover(ContainerRecord record) {
        if (watch.get(record.container().id()).isPresent()) {
            return Optional.of(recovered(record));
        }
        if (record.exit() != null) {
            finish(record);
            return Optional.of(recovered(record));
        }
        slots.mark(record);
        try {
            MonitorConnection monitor =
                    MonitorConnection.dial(folders.monitor(record.container().id()), Wire.HELLO_WATCH);
            return meet(record, monitor);
        } catch (LaterMonitor e) {
            throw new IllegalStateException(
                    "container " + record.container().id().shortForm() + " was started by a later agent: " + e.getMessage() + "; run that one", e);
        } catch (IOException e) {
            return withoutMonitor(record);
        }
    }

    /** The agent died after recording the end and before it had cleaned up; the sockets go last. */
    private void finish(ContainerRecord record) {
        if (!Files.isDirectory(folders.sockets(record.container().id()))) {
            return;
        }
        try (MonitorConnection monitor =
                MonitorConnection.dial(folders.monitor(record.container().id()), Wire.HELLO_WATCH)) {
            LiveContainer.release(monitor);
            monitor.awaitHangUp();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "the monitor of container {0} is gone already", record.container().id());
        }
        watch.clean(record);
    }

    private Optional<Recovered> meet(ContainerRecord record, MonitorConnection monitor) {
        Wire.Status status = monitor.greeting();
        return switch (status.state()) {
            case Wire.STATE_RUNNING -> {
                ContainerRecord running = record.started(status.pid(), Instant.ofEpochSecond(0, status.startedNanos()));
                save(running);
                // their clients were clients of the agent that has died
                leftovers.removeSessions(running.slotName());
                watch.add(running, 0, monitor, () -> {});
                yield Optional.of(recovered(running));
            }
            case Wire.STATE_EXITED -> {
                ContainerRecord met = record.started(status.pid(), Instant.ofEpochSecond(0, status.startedNanos()));
                Optional<Recovered> ended = ended(met, watch.exit(met, status));
                LiveContainer.release(monitor);
                monitor.awaitHangUp();
                monitor.close();
                watch.clean(met);
                yield ended;
            }
            default -> {
                // Its agent died in the middle of the start: nobody was told that it runs.
                LiveContainer.release(monitor);
                leftovers.group(record.slotName()).kill();
                monitor.awaitHangUp();
                takeBack(record);
                monitor.close();
                yield Optional.empty();
            }
        };
    }

    /** On a full disk it stays as it was, which says enough of who runs. */
    private void save(ContainerRecord running) {
        try {
            records.save(running);
        } catch (UncheckedIOException e) {
            LOG.log(Level.WARNING, "that container " + running.container().id().shortForm() + " was taken over could not be recorded; is the disk full?", e);
        }
    }

    private Optional<Recovered> withoutMonitor(ContainerRecord record) {
        Optional<ExitFile> file = ExitFile.read(folders.exit(record.container().id()));
        if (file.isEmpty() && record.startedAt() == null) {
            takeBack(record);
            return Optional.empty();
        }
        ContainerRecord met =
                record.startedAt() == null ? record.started(0, file.orElseThrow().startedAt()) : record;
        Optional<Recovered> ended = ended(met, watch.monitorDied(met));
        watch.clean(met);
        return ended;
    }

    private Optional<Recovered> ended(ContainerRecord record, Exit exit) {
        ContainerRecord known = record.ended(exit);
        watch.record(known);
        return Optional.of(recovered(known));
    }

    private void takeBack(ContainerRecord record) {
        watch.clean(record);
        record.plugs().forEach(plug -> cables.unplug(plug.hostInterface()));
        ContainerId id = record.container().id();
        records.forget(id);
    }

    private Recovered recovered(ContainerRecord record) {
        int pid = record.exit() == null ? record.pid() : 0;
        return new Recovered(record.container().id(), record.run(), pid, record.startedAt(), Optional.ofNullable(record.exit()),
                record.exit() == null && leftovers.group(record.slotName()).frozen());
    }
}
