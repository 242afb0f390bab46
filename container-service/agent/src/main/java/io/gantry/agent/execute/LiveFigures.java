package io.gantry.agent.execute;

import io.gantry.agent.measure.Moments;
import io.gantry.agent.measure.Processes;
import io.gantry.agent.measure.Sampler;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.view.ContainerProcess;
import io.gantry.contracts.view.ContainerStats;
import io.gantry.contracts.view.PressureView;
import io.gantry.kernel.cgroup.UsageFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What the containers that run use, and which processes they have. */
final class LiveFigures {
    private static final Path PROC = Path.of("/proc");
    private final Watch watch;
    private final RuntimeSettings settings;
    private final Sampler sampler = new Sampler(PROC);
    private final Processes processes = new Processes(PROC);
    private final Moments moments = new Moments(PROC);

    LiveFigures(Watch watch, RuntimeSettings settings) {
        this.watch = watch;
        this.settings = settings;
    }

    Optional<ContainerStats> stats(ContainerId id) {
        return watch.get(id).map(LiveContainer::record).flatMap(record -> {
            try {
                return Optional.of(sampler.sample(id, files(record), record.pid(), Instant.now()));
            } catch (IOException e) {
                return whileItRuns(id, e, Optional.empty());
            }
        });
    }

    List<ContainerProcess> processes(ContainerId id) {
        return watch.get(id).map(LiveContainer::record).map(record -> {
            try {
                return processes.list(Path.of(files(record).processes()), settings.range(record.rangeSlot()).first());
            } catch (IOException e) {
                return whileItRuns(id, e, List.<ContainerProcess>of());
            }
        }).orElse(List.of());
    }

    /** Takes as long as is looked; empty if it doesn't run all that time. */
    Optional<PressureView> pressure(ContainerId id, Duration time) throws InterruptedException {
        return moments.watch(id, time, this::running);
    }

    Map<ContainerId, Moments.Running> running() {
        return watch.running().stream()
                .collect(Collectors.toMap(record -> record.container().id(), record -> new Moments.Running(record.container().name(), record.pid(), files(record))));
    }

    private UsageFiles files(ContainerRecord record) {
        return settings.cgroups().usage(record.slotName());
    }

    /** What can't be read of a container that has just ended is no error. */
    private <T> T whileItRuns(ContainerId id, IOException trouble, T ended) {
        if (watch.get(id).isPresent()) {
            throw new UncheckedIOException(trouble);
        }
        return ended;
    }
}
