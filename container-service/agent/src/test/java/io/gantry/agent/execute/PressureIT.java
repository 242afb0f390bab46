package io.gantry.agent.execute;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.measure.Disturbances;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.Resources;
import io.gantry.contracts.spec.ResourcesBuilder;
import io.gantry.contracts.state.Observed;
import io.gantry.contracts.state.Observed.Awaited;
import io.gantry.contracts.state.Observed.What;
import io.gantry.contracts.unit.MilliCpu;
import io.gantry.contracts.view.PressureView;
import io.gantry.contracts.view.PressureView.Cause;
import io.gantry.contracts.view.PressureView.Kind;
import io.gantry.contracts.view.PressureView.Lost;
import io.gantry.kernel.cgroup.CoreSet;
import io.gantry.kernel.syscall.LinuxSystemCalls;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Noise is made, and it is whoever made it that is named. */
@Timeout(60)
class PressureIT {
    private static final String BUSY = "echo begun; while true; do :; done";
    private static final Duration LOOK = Duration.ofSeconds(1);
    private final List<Integer> cores = CoreSet.parse(read("/sys/fs/cgroup/cpuset/cpuset.cpus")).cores();
    private final String first = cores.getFirst().toString();
    private final String last = cores.getLast().toString();
    private final ContainerId victim = TestHost.newId();
    private final ContainerId noise = TestHost.newId();
    private final ContainerId bystander = TestHost.newId();
    @AutoClose private final TestHost host = TestHost.make();

    @BeforeEach
    void hasCoresToShare() {
        assertThat(cores).as("this machine's cores").hasSizeGreaterThan(1);
    }

    private static String read(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
    }

    private void begin(ContainerId id, String script, ResourcesBuilder limits) throws Exception {
        ContainerSpec spec = TestHost.limited(TestHost.shell(script), limits.build());
        host.runtime.start(host.request(id, spec));
        host.awaitOutput(id, "begun");
    }

    private PressureView look() throws InterruptedException {
        return host.runtime.pressure(victim, LOOK).orElseThrow();
    }

    private static double of(Lost lost, ContainerId container) {
        return lost.causes().stream().filter(cause -> container.equals(cause.container())).mapToDouble(Cause::percent).sum();
    }

    @Test
    void whoRunsOnTheSameCoreIsNamedAndWhoRunsOnAnotherIsNot() throws Exception {
        begin(victim, BUSY, Resources.limits().cpuset(last));
        begin(noise, BUSY, Resources.limits().cpuset(last).cpuWeight(300));
        begin(bystander, BUSY, Resources.limits().cpuset(first));
        Lost cpu = look().cpu();
        assertThat(cpu.percent()).as("it gets a quarter at most").isGreaterThan(50);
        assertThat(of(cpu, noise)).isGreaterThan(of(cpu, bystander));
        assertThat(of(cpu, bystander)).as("it isn't on that core").isZero();
        assertThat(of(cpu, noise)).as("all but what the host's own programs took: %s", cpu.causes()).isGreaterThan(50);
    }

    /** On one core: of what moves between them while it waits the kernel tells the mean over the cores, which may be half of it. */
    @Test
    void itsOwnLimitIsNobodyElsesDoing() throws Exception {
        begin(victim, BUSY, Resources.limits().cpu(new MilliCpu(200)).cpuset(last));
        Lost cpu = look().cpu();
        assertThat(cpu.percent()).isGreaterThan(50);
        assertThat(cpu.causes().getFirst().kind()).as("%s", cpu.causes()).isEqualTo(Kind.OWN_LIMIT);
        assertThat(cpu.causes().getFirst().percent()).isGreaterThan(70);
    }

    @Test
    void whoWritesMostIsNamedForTheDisk() throws Exception {
        begin(victim, "echo begun; while true; do dd if=/dev/zero of=/small bs=4k count=1 conv=fsync 2> /dev/null; done", Resources.limits());
        begin(noise, "echo begun; while true; do dd if=/dev/zero of=/large bs=1M count=32 conv=fsync 2> /dev/null; done", Resources.limits());
        Lost io = look().io();
        assertThat(io.percent()).isPositive();
        assertThat(of(io, noise)).as("%s", io.causes()).isGreaterThan(50);
    }

    @Test
    void whatIsLeftAloneLosesNothingToAnybody() throws Exception {
        begin(victim, "echo begun; sleep 100", Resources.limits());
        PressureView idle = look();
        assertThat(idle.cpu().percent()).isLessThan(5);
        assertThat(idle.memory()).isEqualTo(new Lost(0, 0, List.of()));
        assertThat(idle.io()).isEqualTo(new Lost(0, 0, List.of()));
        assertThat(idle.millis()).isGreaterThanOrEqualTo(LOOK.toMillis());
    }

    /** One that is told whatever it is, and each time again, would be told of after each look: some four seconds. */
    @Test
    void whoIsDisturbedIsToldByWhomAndOnlyOnce() throws Exception {
        record Told(ContainerId id, What.Disturbed what) {}
        begin(victim, BUSY, Resources.limits().cpuset(last));
        begin(noise, BUSY, Resources.limits().cpuset(last).cpuWeight(300));
        begin(bystander, "echo begun; sleep 100", Resources.limits());
        BlockingQueue<Told> told = new LinkedBlockingQueue<>();
        try (Disturbances watching = host.runtime.disturbances((id, what) -> told.add(new Told(id, what)))) {
            Told first = told.poll(30, TimeUnit.SECONDS);
            while (first != null && !first.id.equals(victim)) {
                first = told.poll(30, TimeUnit.SECONDS);
            }
            assertThat(first).as("what %s told of the victim", watching).isNotNull();
            assertThat(first.what.resource()).isEqualTo(Awaited.CPU);
            assertThat(first.what.percent()).isGreaterThan(50);
            // whatever the host's own programs took
            assertThat(first.what.by()).as("%s", first).extracting(Observed.Disturber::container).filteredOn(Objects::nonNull).containsExactly(noise);
            assertThat(first.what.millis()).isGreaterThanOrEqualTo(2000);
            for (Told next = told.poll(10, TimeUnit.SECONDS); next != null; next = told.poll(10, TimeUnit.SECONDS)) {
                assertThat(next.id).as("%s", next).isEqualTo(noise);
            }
        }
    }

    @Test
    void nobodyIsAskedWhileNothingWaitsAndSomebodyOnceItDoes() throws Exception {
        begin(bystander, "echo begun; sleep 100", Resources.limits());
        Semaphore asked = new Semaphore(0);
        try (Disturbances watching = Disturbances.begin(
                new LinuxSystemCalls(), host.settings.cgroups().pressures(),
                () -> {
                    asked.release();
                    return Map.of();
                },
                (id, what) -> {})) {
            assertThat(asked.tryAcquire(5, TimeUnit.SECONDS)).as("%s looked though all sleep", watching).isFalse();
            begin(victim, BUSY, Resources.limits().cpuset(last));
            begin(noise, BUSY, Resources.limits().cpuset(last));
            assertThat(asked.tryAcquire(30, TimeUnit.SECONDS)).as("%s looked while two share a core", watching).isTrue();
        }
    }

    @Test
    void oneThatEndsMeanwhileHasNoAnswer() throws Exception {
        assertThat(host.runtime.pressure(victim, LOOK)).isEmpty();
    }
}
