package io.gantry.agent.execute;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.runtime.ExecSession;
import io.gantry.agent.runtime.RunRequest;
import io.gantry.agent.runtime.Running;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.DeviceRate;
import io.gantry.contracts.spec.ExecSpec;
import io.gantry.contracts.spec.Resources;
import io.gantry.contracts.spec.ResourcesBuilder;
import io.gantry.contracts.spec.Rlimit;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.Observed;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.MilliCpu;
import io.gantry.kernel.syscall.Errno;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A running container is given other limits, and the kernel has them; what it refuses leaves all as it was. */
@Timeout(60)
class LimitUpdateIT {
    @AutoClose private static final TestHost host = TestHost.make();
    private final ContainerId id = TestHost.newId();
    private Desired.Container container;
    private Running running;

    @AfterEach
    void cleanUp() {
        host.runtime.remove(id);
    }

    private void start(String script, ResourcesBuilder limits) throws Exception {
        RunRequest request = host.request(id, TestHost.limited(TestHost.shell(script), limits.build()));
        container = request.container();
        running = host.runtime.start(request);
    }

    private Optional<Observed.Failure> update(ResourcesBuilder limits) {
        Desired.Container wanted = TestHost.updated(container, limits.build());
        Optional<Observed.Failure> refusal = host.runtime.update(wanted);
        if (refusal.isEmpty()) {
            container = wanted;
        }
        return refusal;
    }

    private ResourcesBuilder now() {
        return container.spec().resources().but();
    }

    @Test
    void eachLimitIsAnotherInTheKernelAndBackAgain() throws Exception {
        start("sleep 100", Resources.limits().memory(Bytes.mebi(64)));
        assertThat(update(now().memory(Bytes.mebi(96)))).isEmpty();
        assertThat(host.setting("memory", "memory.limit_in_bytes")).isEqualTo("100663296");
        assertThat(host.setting("memory", "memory.memsw.limit_in_bytes")).isEqualTo("100663296");
        assertThat(update(now().memory(Bytes.mebi(48)).memoryReservation(Bytes.mebi(16)).swap(Bytes.mebi(8)))).isEmpty();
        assertThat(host.setting("memory", "memory.limit_in_bytes")).isEqualTo("50331648");
        assertThat(host.setting("memory", "memory.memsw.limit_in_bytes")).isEqualTo("58720256");
        assertThat(host.setting("memory", "memory.soft_limit_in_bytes")).isEqualTo("16777216");
        assertThat(update(now().cpu(new MilliCpu(250)).cpuWeight(200).pids(33))).isEmpty();
        assertThat(host.setting("cpu", "cpu.cfs_quota_us")).isEqualTo("25000");
        assertThat(host.setting("cpu", "cpu.shares")).isEqualTo("2048");
        assertThat(host.setting("pids", "pids.max")).isEqualTo("33");
        assertThat(update(now().cpu(null).cpuWeight(null).oomScore(400))).isEmpty();
        assertThat(host.setting("cpu", "cpu.cfs_quota_us")).isEqualTo("-1");
        assertThat(host.setting("cpu", "cpu.shares")).isEqualTo("1024");
        assertThat(Path.of("/proc/" + running.pid() + "/oom_score_adj")).hasContent("400");
    }

    @Test
    void whatRunsMovesToOtherCoresAndSoDoesWhatIsRunInItLater() throws Exception {
        start("sleep 100 & sleep 100", Resources.limits());
        assertThat(update(now().cpuset("1"))).isEmpty();
        for (String pid : Files.readAllLines(host.group("unified").resolve("cgroup.procs"))) {
            assertThat(Files.readString(Path.of("/proc/" + pid + "/status"))).as(pid).containsPattern("Cpus_allowed_list:\\t1\n");
        }
        try (ExecSession exec = host.runtime.exec(id, new ExecSpec(List.of("nproc"), null, null, null, false, false))) {
            assertThat(new String(exec.stdout().readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("1\n");
        }
        assertThat(update(now().cpuset(null))).isEmpty();
        assertThat(Files.readString(Path.of("/proc/" + running.pid() + "/status"))).doesNotContainPattern("Cpus_allowed_list:\\t1\n");
    }

    @Test
    void aDiskBecomesSlowAndQuickAgain() throws Exception {
        start("sleep 100", Resources.limits());
        String disk = host.disk();
        assertThat(update(now().devices(List.of(new DeviceRate(disk, null, Bytes.mebi(2), null, null))))).isEmpty();
        assertThat(host.setting("blkio", "blkio.throttle.write_bps_device")).isEqualTo(disk + " 2097152");
        assertThat(Files.readAllLines(host.group("blkio").resolve("cgroup.procs"))).contains(String.valueOf(running.pid()));
        assertThat(writeFourMebibytes()).isGreaterThan(1.2);
        assertThat(update(now().devices(List.of()))).isEmpty();
        assertThat(host.setting("blkio", "blkio.throttle.write_bps_device")).isEmpty();
        assertThat(writeFourMebibytes()).isLessThan(1.2);
    }

    private double writeFourMebibytes() throws Exception {
        long begin = System.nanoTime();
        try (ExecSession exec = host.runtime.exec(id, new ExecSpec(List.of("dd", "if=/dev/zero", "of=/f", "bs=1M", "count=4", "oflag=direct"), null, null, null, false, false))) {
            assertThat(exec.waitForExit()).isZero();
        }
        return (System.nanoTime() - begin) / 1e9;
    }

    @Test
    void memoryThatIsInUseIsNotTakenAndTheRestOfTheUpdateIsTakenBack() throws Exception {
        start("dd if=/dev/zero of=/dev/shm/x bs=1M count=40 2>/dev/null; echo full; sleep 100", Resources.limits().memory(Bytes.mebi(128)).pids(50));
        host.awaitOutput(id, "full");
        Observed.Failure why = update(now().memory(Bytes.mebi(16)).pids(20).cpu(new MilliCpu(100))).orElseThrow();
        assertThat(why.errno()).isEqualTo(Errno.EBUSY);
        assertThat(why.detail()).startsWith("the kernel refused it: memory.limit_in_bytes: EBUSY").contains("are in use");
        assertThat(why.hint()).startsWith("choose a limit above what is in use");
        assertThat(host.setting("memory", "memory.limit_in_bytes")).isEqualTo("134217728");
        assertThat(update(now().pids(20).cpuset("77")).orElseThrow().detail()).startsWith("the kernel refused it: cpuset.cpus");
        assertThat(host.setting("pids", "pids.max")).as("written before the kernel said no").isEqualTo("50");
    }

    @Test
    void saysWhatARunningContainerKeeps() throws Exception {
        start("sleep 100", Resources.limits());
        assertThat(update(now().shm(Bytes.mebi(1))).orElseThrow().detail()).isEqualTo("resources.shm can't be changed while it runs");
        assertThat(update(now().rlimits(Map.of("nofile", new Rlimit(9, null)))).orElseThrow().detail()).isEqualTo("resources.rlimits can't be changed while it runs");
        assertThat(update(now().oomGroup(true)).orElseThrow().detail()).contains("this host has cgroup v1");
    }

    @Test
    void anAgentThatComesBackKnowsWhatItRunsBy() throws Exception {
        start("sleep 100", Resources.limits().pids(50));
        assertThat(update(now().pids(40).cpu(new MilliCpu(500)))).isEmpty();
        host.runtime.close();
        host.boot(StepListener.NONE);
        host.runtime.recover();
        assertThat(update(now().cpu(null))).isEmpty();
        assertThat(host.setting("cpu", "cpu.cfs_quota_us")).isEqualTo("-1");
        assertThat(host.setting("pids", "pids.max")).isEqualTo("40");
    }

    @Test
    void anUpdateOfWhatDoesNotRunIsForItsNextStart() throws Exception {
        start("true", Resources.limits());
        host.awaitEnd(id);
        host.runtime.remove(id);
        assertThat(update(now().pids(5))).isEmpty();
    }
}
