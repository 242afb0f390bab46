package io.gantry.agent.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.agent.runtime.Running;
import io.gantry.agent.runtime.StartFailure;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.DeviceRate;
import io.gantry.contracts.spec.ExecSpec;
import io.gantry.contracts.spec.Resources;
import io.gantry.contracts.spec.ResourcesBuilder;
import io.gantry.contracts.spec.Rlimit;
import io.gantry.contracts.state.Observed;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.MilliCpu;
import io.gantry.kernel.process.ResourceLimit;
import io.gantry.kernel.syscall.Errno;
import io.gantry.kernel.syscall.LinuxSystemCalls;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each limit as the kernel holds it: what is asked for is what a container meets. */
@Timeout(60)
class LimitsIT {
    @AutoClose private static final TestHost host = TestHost.make();
    private ContainerId id = TestHost.newId();

    @AfterEach
    void cleanUp() {
        host.runtime.remove(id);
    }

    private static ContainerSpec shell(String script, ResourcesBuilder limits) {
        return TestHost.limited(TestHost.shell(script), limits.build());
    }

    private String run(String script, ResourcesBuilder limits) throws Exception {
        host.run(id, shell(script, limits));
        return host.output(id);
    }

    private Running start(ResourcesBuilder limits) throws Exception {
        return host.runtime.start(host.request(id, shell("sleep 100", limits)));
    }

    private Observed.Failure refusal(ResourcesBuilder limits) {
        StartFailure[] failure = new StartFailure[1];
        assertThatThrownBy(() -> start(limits)).isInstanceOfSatisfying(StartFailure.class, e -> failure[0] = e);
        return failure[0].failure();
    }

    @Test
    void runsOnTheCoresAndMemoryNodesItIsBoundTo() throws Exception {
        assertThat(run("grep _allowed_list /proc/self/status", Resources.limits().cpuset("1").memoryNodes("0")).replaceAll("[\\t ]+", " "))
                .isEqualTo("Cpus_allowed_list: 1\nMems_allowed_list: 0\n");
    }

    @Test
    void aMemoryNodeThatIsNotThereIsRefusedByItsFile() throws Exception {
        Observed.Failure why = refusal(Resources.limits().memoryNodes("9"));
        assertThat(why.step()).isEqualTo("set-limit");
        assertThat(why.hint()).contains("the kernel refused 9 for cpuset.mems");
        assertThat(host.leftovers()).isEmpty();
    }

    @Test
    void theHeavierOfTwoGetsItsShareOfACoreThatBothWant() throws Exception {
        ContainerId other = TestHost.newId();
        String busy = "while true; do :; done";
        Running light = host.runtime.start(host.request(id, shell(busy, Resources.limits().cpuset("0").cpuWeight(50))));
        Running heavy = host.runtime.start(host.request(other, shell(busy, Resources.limits().cpuset("0").cpuWeight(800))));
        long before = nanos(light);
        long beforeHeavy = nanos(heavy);
        Thread.sleep(1500);
        double ratio = (double) (nanos(heavy) - beforeHeavy) / Math.max(1, nanos(light) - before);
        host.runtime.remove(other);
        assertThat(ratio).as("16 times the weight").isGreaterThan(4);
    }

    /** What its group has used of processors. */
    private static long nanos(Running container) throws Exception {
        String group = Files.readAllLines(Path.of("/proc/" + container.pid() + "/cgroup")).stream()
                .filter(line -> line.contains(":cpuacct:"))
                .findFirst()
                .orElseThrow();
        return Long.parseLong(Files.readString(Path.of("/sys/fs/cgroup/cpuacct" + group.substring(group.lastIndexOf(':') + 1) + "/cpuacct.usage")).strip());
    }

    @Test
    void hasNoSwapBeyondItsMemoryUnlessItIsGivenSome() throws Exception {
        start(Resources.limits().memory(Bytes.mebi(32)));
        assertThat(host.setting("memory", "memory.memsw.limit_in_bytes")).isEqualTo("33554432");
        host.runtime.remove(id);
        start(Resources.limits().memory(Bytes.mebi(32)).swap(Bytes.mebi(16)));
        assertThat(host.setting("memory", "memory.memsw.limit_in_bytes")).isEqualTo("50331648");
        host.runtime.remove(id);
        start(Resources.limits().memory(Bytes.mebi(32)).swap(Resources.ALL_SWAP));
        assertThat(Long.parseLong(host.setting("memory", "memory.memsw.limit_in_bytes"))).isGreaterThan(1L << 60);
    }

    @Test
    void isTakenTheSoonerWhenTheHostRunsOutAndItsMonitorIsNot() throws Exception {
        Running running = start(Resources.limits().oomScore(500));
        Path process = Path.of("/proc/" + running.pid());
        String parent = Files.readAllLines(process.resolve("status")).stream().filter(line -> line.startsWith("PPid")).findFirst().orElseThrow().replaceAll("\\D", "");
        assertThat(process.resolve("oom_score_adj")).hasContent("500");
        assertThat(Path.of("/proc/" + parent + "/oom_score_adj")).hasSameTextualContentAs(Path.of("/proc/self/oom_score_adj"));
    }

    @Test
    void saysWhatCgroupVersionOneDoesNotHave() throws Exception {
        assertThat(refusal(Resources.limits().oomGroup(true)).detail()).startsWith("resources.oomGroup: this host has cgroup v1").contains("memory.oom.group");
        assertThat(refusal(Resources.limits().ioWeight(50)).detail()).startsWith("resources.ioWeight: this host's blkio controller has no weight");
        assertThat(refusal(Resources.limits().hugePages(Map.of("64KB", Bytes.mebi(1)))).detail()).startsWith("resources.hugePages: ");
        assertThat(host.leftovers()).isEmpty();
    }

    @Test
    void readsAndWritesADiskAtTheRateItIsGiven() throws Exception {
        DeviceRate rate = new DeviceRate(host.disk(), Bytes.mebi(4), Bytes.mebi(4), null, null);
        String script = "dd if=/dev/zero of=/written bs=1M count=8 oflag=direct 2>&1 && dd if=/written of=/dev/null bs=1M count=8 iflag=direct 2>&1";
        long begin = System.nanoTime();
        String unbound = run(script, Resources.limits());
        double free = (System.nanoTime() - begin) / 1e9;
        host.runtime.remove(id);
        id = TestHost.newId();
        begin = System.nanoTime();
        String bound = run(script, Resources.limits().devices(List.of(rate)));
        double seconds = (System.nanoTime() - begin) / 1e9;
        assertThat(unbound).contains("8+0 records out");
        assertThat(bound).contains("8+0 records out");
        assertThat(seconds).as("16 MiB at 4 MiB/s; without a limit %.2f s: %s", free, bound).isBetween(2.5, 12.0);
        assertThat(free).isLessThan(seconds / 2);
    }

    @Test
    void aDiskTakesSoManyOperationsASecondAsItIsGiven() throws Exception {
        DeviceRate rate = new DeviceRate(host.disk(), null, null, null, 20L);
        long begin = System.nanoTime();
        String output = run("dd if=/dev/zero of=/written bs=4k count=40 oflag=direct 2>&1", Resources.limits().devices(List.of(rate)));
        assertThat(output).contains("40+0 records out");
        assertThat((System.nanoTime() - begin) / 1e9).as("40 writes at 20 a second").isBetween(1.0, 10.0);
    }

    @Test
    void aDiskThatIsNoneIsRefusedByName() {
        assertThat(refusal(Resources.limits().devices(List.of(new DeviceRate("/dev/null", Bytes.mebi(1), null, null, null)))).detail())
                .isEqualTo("resources.devices: /dev/null is no block device");
        assertThat(refusal(Resources.limits().devices(List.of(new DeviceRate("/dev/nowhere", Bytes.mebi(1), null, null, null)))).detail())
                .isEqualTo("resources.devices: this host has no block device /dev/nowhere");
        assertThat(refusal(Resources.limits().devices(List.of(new DeviceRate("999:0", Bytes.mebi(1), null, null, null)))).hint()).isEqualTo("lsblk lists them");
    }

    @Test
    void aProcessMeetsItsLimits() throws Exception {
        String script = "ulimit -Sn; ulimit -Hn; ulimit -f; dd if=/dev/zero of=/big bs=1k count=64; stat -c %s /big; ulimit -n 5; cat /etc/passwd 3</dev/null 4</dev/null";
        String output = run(script, Resources.limits().rlimits(Map.of("nofile", new Rlimit(20, 40L), "fsize", new Rlimit(8192, null))));
        assertThat(output.lines().limit(2)).containsExactly("20", "40");
        assertThat(output).contains("\n8192\n").contains("File size limit exceeded").doesNotContain("\n65536\n");
        assertThat(host.output(id)).contains("Too many open files");
    }

    @Test
    void whatIsAskedAboveTheAgentsOwnIsLessAndSaysSo() throws Exception {
        long own = new LinuxSystemCalls().limits(ResourceLimit.NOFILE.number()).hard();
        ContainerSpec spec = shell("ulimit -Hn", Resources.limits().rlimits(Map.of("nofile", new Rlimit(own, own * 2))));
        Running running = host.runtime.start(host.request(id, spec));
        host.awaitEnd(id);
        assertThat(host.output(id)).isEqualTo(own + "\n");
        String why = own * 2 + " was asked, " + own + " is what the agent itself may have";
        assertThat(running.applied().deviations()).containsExactly(new Observed.Deviation("resources.rlimits.nofile", "at most " + own + ": " + why));
        assertThat(host.runtime.explain(id).steps()).anyMatch(step -> step.title().endsWith(why));
    }

    @Test
    void sharedMemoryIsHalfOfTheMemoryAndEndsThere() throws Exception {
        String fill = "dd if=/dev/zero of=/dev/shm/x bs=1M count=200 2>&1; stat -c %s /dev/shm/x";
        assertThat(run(fill, Resources.limits().memory(Bytes.mebi(256)))).contains("No space left on device", "\n" + (128 << 20) + "\n");
        id = TestHost.newId();
        assertThat(run(fill, Resources.limits().shm(Bytes.mebi(3)))).contains("No space left on device", "\n" + (3 << 20) + "\n");
    }

    @Test
    void whatIsInSharedMemoryCountsAsItsMemory() throws Exception {
        assertThat(host.run(id, shell("dd if=/dev/zero of=/dev/shm/x bs=1M count=60", Resources.limits().memory(Bytes.mebi(32)).shm(Bytes.mebi(64)))).reason())
                .isEqualTo(Observed.ExitReason.OUT_OF_MEMORY);
    }

    @Test
    void aFurtherCommandBeyondItsProcessesIsRefusedWithWhatToDo() throws Exception {
        start(Resources.limits().pids(2));
        assertThatThrownBy(() -> host.runtime.exec(id, new ExecSpec(List.of("true"), Map.of(), null, null, false, false, false)))
                .isInstanceOfSatisfying(StartFailure.class, e -> {
                    assertThat(e.failure().errno()).isEqualTo(Errno.EAGAIN);
                    assertThat(e.failure().hint()).contains("as many as it may (pids)", "gantry update --pids-limit");
                });
    }

    @Test
    void seesItsOwnGroupsAndCannotChangeThem() throws Exception {
        String script = "cd /sys/fs/cgroup; cat memory/memory.limit_in_bytes cpu/cpu.cfs_quota_us cpuset/cpuset.cpus pids/pids.max; ls; ls memory cpuset | grep -c s0"
                + "; echo 1 > memory/memory.limit_in_bytes; mkdir memory/x unified/x; touch here; echo $GANTRY_MEMORY_LIMIT $GANTRY_CPU_LIMIT";
        List<String> lines = run(script, Resources.limits().memory(Bytes.mebi(48)).cpu(new MilliCpu(250)).cpuset("0").pids(77)).lines().toList();
        assertThat(lines).startsWith("50331648", "25000", "0", "77", "cpu", "cpuacct", "cpuset", "memory", "pids", "unified", "0").contains("50331648 0.25");
        assertThat(lines.stream().filter(line -> line.contains("Read-only file system"))).hasSize(4);
    }

    @Test
    void theHostsOwnGroupsStayWritable() throws Exception {
        run("true", Resources.limits());
        assertThat(Files.readAllLines(Path.of("/proc/self/mounts"))).filteredOn(line -> line.matches("cgroup2? /sys/fs/cgroup.*")).noneMatch(line -> line.contains(" ro,"));
    }

    @Test
    void hugePagesAreLimitedWhereTheKernelCanDoThat() throws Exception {
        start(Resources.limits().hugePages(Map.of("2MB", Bytes.mebi(4))));
        assertThat(host.setting("unified", "hugetlb.2MB.max")).isEqualTo("4194304");
    }
}
