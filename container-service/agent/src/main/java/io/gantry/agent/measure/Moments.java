package io.gantry.agent.measure;

import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.view.PressureView;
import io.gantry.kernel.cgroup.CoreSet;
import io.gantry.kernel.cgroup.UsageFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Looks at all containers of a node twice, to tell who disturbs one of them. Nothing is measured while nobody asks. */
public final class Moments {
    private static final String MAY_RUN_ON = "Cpus_allowed_list:";
    private final Path proc;
    private final Sampler sampler;

    /** @param proc the kernel's {@code /proc} */
    public Moments(Path proc) {
        this.proc = proc;
        sampler = new Sampler(proc);
    }

    /** A container that runs. */
    public record Running(String name, int pid, UsageFiles files) {}

    /**
     * Takes as long as is looked.
     *
     * @param running asked for twice
     * @return empty if {@code victim} doesn't run all the time
     * @throws UnsupportedOperationException if the kernel doesn't tell who waits
     */
    public Optional<PressureView> watch(ContainerId victim, Duration time, Supplier<Map<ContainerId, Running>> running) throws InterruptedException {
        return watch(Set.of(victim), time, running).stream().findFirst();
    }

    /** All of them at the same time; those that don't run all the time are left out. */
    List<PressureView> watch(Set<ContainerId> victims, Duration time, Supplier<Map<ContainerId, Running>> running) throws InterruptedException {
        Moment before = now(running.get());
        Set<ContainerId> watched = new HashSet<>(victims);
        watched.retainAll(before.containers().keySet());
        if (watched.isEmpty()) {
            return List.of();
        }
        if (watched.stream().anyMatch(victim -> before.containers().get(victim).stats().pressure() == null)) {
            throw new UnsupportedOperationException("this node's kernel doesn't tell how long its groups wait; start it with psi=1");
        }
        Thread.sleep(time);
        Moment after = now(running.get());
        return watched.stream().flatMap(victim -> view(victim, before, after).stream()).toList();
    }

    private static Optional<PressureView> view(ContainerId victim, Moment before, Moment after) {
        Moment.One is = after.containers().get(victim);
        if (is == null || is.pid() != before.containers().get(victim).pid()) {
            return Optional.empty();
        }
        Blame blame = new Blame(victim, before, after);
        long millis = Duration.ofNanos(after.nanos() - before.nanos()).toMillis();
        return Optional.of(new PressureView(victim, is.name(), Instant.now(), millis, blame.cpu(), blame.memory(), blame.io()));
    }

    private Moment now(Map<ContainerId, Running> running) {
        Map<ContainerId, Moment.One> all = new HashMap<>();
        running.forEach((id, one) -> look(id, one).ifPresent(found -> all.put(id, found)));
        try {
            return new Moment(
                    System.nanoTime(), all, KernelText.coreNanos(Files.readString(proc.resolve("stat"))), KernelText.diskBytes(Files.readString(proc.resolve("diskstats"))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Empty if it has just ended. */
    private Optional<Moment.One> look(ContainerId id, Running one) {
        try {
            CoreSet cores = ProcFile.lines(proc.resolve(one.pid() + "/status")).stream()
                    .filter(line -> line.startsWith(MAY_RUN_ON))
                    .map(line -> CoreSet.parse(line.substring(MAY_RUN_ON.length())))
                    .findFirst()
                    .orElse(CoreSet.EMPTY);
            return Optional.of(new Moment.One(one.name(), one.pid(), cores, sampler.sample(id, one.files(), one.pid(), Instant.now())));
        } catch (IOException | UncheckedIOException e) {
            return Optional.empty();
        }
    }
}
