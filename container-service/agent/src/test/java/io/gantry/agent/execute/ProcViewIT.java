package io.gantry.agent.execute;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.runtime.Grants;
import io.gantry.agent.runtime.RunRequest;
import io.gantry.agent.runtime.Running;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.Namespaces;
import io.gantry.contracts.spec.Resources;
import io.gantry.contracts.spec.ResourcesBuilder;
import io.gantry.contracts.spec.Security;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.MilliCpu;
import io.gantry.kernel.mount.ServedFiles;
import io.gantry.kernel.probe.Feature;
import io.gantry.kernel.probe.Finding;
import io.gantry.kernel.probe.KernelReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What /proc says of memory and cores is the container's own, as its limits are at the time. */
@Timeout(60)
class ProcViewIT {
    private static final String HOSTS_MEMORY = firstLine("/proc/meminfo");
    private final ContainerId id = TestHost.newId();
    @AutoClose private final TestHost host = TestHost.make();

    private String said(String script, ResourcesBuilder limits) throws Exception {
        host.run(id, TestHost.limited(TestHost.shell("exec 2>&1; " + script), limits.build()));
        return host.output(id);
    }

    private RunRequest request(String script, ResourcesBuilder limits) {
        return host.request(id, TestHost.limited(TestHost.shell(script), limits.build()));
    }

    /** As a tool of the host reads it, in the container's mount table. */
    private static String inside(Running container, String path) throws IOException {
        return Files.readString(Path.of("/proc/" + container.pid() + "/root" + path));
    }

    /** KiB by name. */
    private static Map<String, Long> memory(String meminfo) {
        return meminfo.lines()
                .map(line -> line.split(":?\\s+"))
                .filter(words -> words.length > 2)
                .collect(Collectors.toMap(words -> words[0], words -> Long.parseLong(words[1])));
    }

    private static List<String> names(String meminfo) {
        return meminfo.lines().map(line -> line.substring(0, line.indexOf(':'))).toList();
    }

    private static String firstLine(String file) {
        try {
            return Files.readAllLines(Path.of(file)).getFirst();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** The one that runs the first process, and is its parent. */
    private static ProcessHandle monitor(Running container) {
        return ProcessHandle.of(container.pid()).flatMap(ProcessHandle::parent).orElseThrow();
    }

    private static long privateKibibytes(ProcessHandle process) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/" + process.pid() + "/smaps_rollup"))) {
            return lines.filter(line -> line.startsWith("Private_")).mapToLong(line -> Long.parseLong(line.replaceAll("\\D", ""))).sum();
        }
    }

    @Test
    void memoryIsItsLimitAndWhatItHasOfIt() throws Exception {
        String said = said("cat /proc/meminfo; dd if=/dev/zero of=/dev/shm/x bs=1M count=20 2> /dev/null; echo; cat /proc/meminfo", Resources.limits().memory(Bytes.mebi(64)));
        Map<String, Long> before = memory(said.split("\n\n")[0]);
        Map<String, Long> after = memory(said.split("\n\n")[1]);
        assertThat(before).containsEntry("MemTotal", 65_536L).containsEntry("Buffers", 0L);
        assertThat(after).containsEntry("MemTotal", 65_536L);
        assertThat(after.get("Shmem") - before.get("Shmem")).isEqualTo(20_480);
        assertThat(before.get("MemFree") - after.get("MemFree")).isBetween(20_000L, 22_000L);
        assertThat(after.get("MemAvailable")).isBetween(after.get("MemFree"), 65_536L - 20_480);
        assertThat(names(said.split("\n\n")[0])).as("what this kernel has, in its order").isEqualTo(names(Files.readString(Path.of("/proc/meminfo"))));
    }

    @Test
    void aLimitAboveAllThatTheHostHasIsAllThatTheHostHas() throws Exception {
        assertThat(said("head -n 1 /proc/meminfo", Resources.limits().memory(Bytes.mebi(1 << 30)))).isEqualTo(HOSTS_MEMORY + "\n");
    }

    @Test
    void filesThatWereReadCanBeGivenBackAndAreAvailable() throws Exception {
        Map<String, Long> seen = memory(said("dd if=/dev/zero of=/tmp/x bs=1M count=30 conv=fsync 2> /dev/null; cat /proc/meminfo", Resources.limits().memory(Bytes.mebi(64))));
        assertThat(seen.get("Cached")).isGreaterThan(29_000);
        assertThat(seen.get("MemFree")).isLessThan(36_000);
        assertThat(seen.get("MemAvailable")).isGreaterThan(55_000);
    }

    @Test
    void swapIsWhatItHasBeyondItsMemoryAndNoneWhereTheHostHasNone() throws Exception {
        long hosts = memory(Files.readString(Path.of("/proc/meminfo"))).get("SwapTotal");
        String said = said("grep Swap /proc/meminfo; cat /proc/swaps", Resources.limits().memory(Bytes.mebi(32)).swap(Bytes.mebi(16)));
        long most = Math.min(hosts, 16_384);
        assertThat(memory(said.lines().limit(3).collect(Collectors.joining("\n")))).containsEntry("SwapTotal", most).containsEntry("SwapFree", most);
        assertThat(said.lines().skip(3)).hasSize(most == 0 ? 1 : 2);
    }

    @Test
    void coresAreThoseOfItsCpusetUnderTheirOwnNumbers() throws Exception {
        String look = "grep processor /proc/cpuinfo | tr -d '\\t '; grep -o '^cpu[0-9]*' /proc/stat; cat /sys/devices/system/cpu/online; nproc";
        assertThat(said(look, Resources.limits().cpuset("1"))).isEqualTo("processor:1\ncpu\ncpu1\n1\n1\n");
    }

    @Test
    void aQuotaLeavesAsManyCoresAsMakeItUp() throws Exception {
        String look = "grep -c processor /proc/cpuinfo; grep -c '^cpu[0-9]' /proc/stat; cat /sys/devices/system/cpu/online";
        assertThat(said(look, Resources.limits().cpu(new MilliCpu(500)))).isEqualTo("1\n1\n0\n");
        host.runtime.remove(id);
        assertThat(said(look, Resources.limits().cpu(new MilliCpu(1500)))).isEqualTo("2\n2\n0-1\n");
        host.runtime.remove(id);
        assertThat(said("cat /sys/devices/system/cpu/online; cat /proc/cpuinfo | wc -l", Resources.limits()))
                .as("without a quota").isEqualTo(firstLine("/sys/devices/system/cpu/online") + "\n" + Files.readAllLines(Path.of("/proc/cpuinfo")).size() + "\n");
    }

    @Test
    void theTimeOfItsCoresIsWhatItUsedOfThem() throws Exception {
        String busy = "until read -r _ user _ system _ < /proc/stat && [ $((user + system)) -ge 40 ]; do :; done; echo used; sleep 100";
        Instant before = Instant.now();
        Running running = host.runtime.start(request(busy, Resources.limits().cpuset("0-1")));
        host.awaitOutput(id, "used");
        Instant seen = Instant.now();
        List<String> lines = inside(running, "/proc/stat").lines().toList();
        long[] all = times(lines.getFirst());
        long counted = host.setting("cpuacct", "cpuacct.stat").lines().mapToLong(line -> Long.parseLong(line.replaceAll("\\D", ""))).sum();
        assertThat(used(all)).as("of " + counted + " that its group counts").isBetween(40L, counted);
        assertThat(all[3]).as("the rest of two cores' time, in hundredths of a second")
                .isBetween(200 * Duration.between(running.startedAt(), seen).toMillis() / 1000 - counted - 40, 200 * Duration.between(before, Instant.now()).toMillis() / 1000);
        assertThat(times(lines.get(1))[3] + times(lines.get(2))[3]).isEqualTo(all[3]);
        assertThat(used(times(lines.get(1))) + used(times(lines.get(2)))).isEqualTo(used(all));
        assertThat(lines.stream().map(line -> line.replaceAll(" .*", ""))).contains("cpu0", "cpu1", "intr", "btime", "ctxt", "procs_running");
    }

    private static long[] times(String line) {
        return Arrays.stream(line.split("\\s+")).skip(1).mapToLong(Long::parseLong).toArray();
    }

    private static long used(long[] times) {
        return times[0] + times[2];
    }

    @Test
    void anUpdateIsSeenAtTheNextRead() throws Exception {
        RunRequest request = request("sleep 100", Resources.limits().memory(Bytes.mebi(64)).cpu(new MilliCpu(1000)));
        Running running = host.runtime.start(request);
        assertThat(inside(running, "/proc/meminfo")).startsWith("MemTotal:          65536 kB\n");
        assertThat(inside(running, "/sys/devices/system/cpu/online")).isEqualTo("0\n");
        assertThat(host.runtime.update(TestHost.updated(request.container(), Resources.limits().memory(Bytes.mebi(96)).cpu(new MilliCpu(2000)).build()))).isEmpty();
        assertThat(inside(running, "/proc/meminfo")).startsWith("MemTotal:          98304 kB\n");
        assertThat(inside(running, "/sys/devices/system/cpu/online")).isEqualTo("0-1\n");
        assertThat(inside(running, "/proc/cpuinfo").lines().filter(line -> line.startsWith("processor"))).hasSize(2);
    }

    /** In pieces, so that others' texts come between; and the monitor keeps what it keeps for them within its bounds. */
    @Test
    void aHundredReadersAtOnceEachGetOneWholeText() throws Exception {
        String read = "for j in 1 2 3; do echo $(dd if=/proc/meminfo bs=100 2> /dev/null | tail -n 1); echo $(dd if=/proc/stat bs=50 2> /dev/null | tail -n 1 | head -c 7); done";
        String script = "for i in $(seq 100); do (%s) & done; wait; echo done; sleep 100".formatted(read);
        Running running = host.runtime.start(request(script, Resources.limits().memory(Bytes.mebi(512))));
        host.awaitOutput(id, "done");
        String last = Files.readAllLines(Path.of("/proc/meminfo")).getLast().replaceAll(":.*", "");
        assertThat(host.output(id).lines()).filteredOn(line -> line.matches(last + ": \\d+ kB")).hasSize(300);
        assertThat(host.output(id).lines()).filteredOn(line -> line.equals("softirq")).hasSize(300);
        assertThat(host.output(id).lines()).hasSize(601);
        assertThat(privateKibibytes(monitor(running))).as("KiB of the monitor's own").isLessThan(100);
    }

    /** sendfile(2), by which busybox' cat copies, asks for the file while it holds the pipe that the monitor reads the output from. */
    @Test
    void whoSendsItStraightToItsOutputDoesNotStopItsMonitor() throws Exception {
        host.runtime.start(request("i=0; while [ $i -lt 400 ]; do echo x; cat /proc/meminfo; i=$((i + 1)); done; echo done", Resources.limits()));
        assertThat(host.awaitEnd(id).code()).isZero();
        assertThat(host.output(id)).endsWith("\ndone\n");
    }

    @Test
    void whoReadsWithoutEndTakesAQuarterOfACoreOfItsMonitor() throws Exception {
        String read = "for i in 1 2 3 4; do while true; do read -r x < /proc/meminfo; done & done; echo busy; wait";
        Running running = host.runtime.start(request(read, Resources.limits().memory(Bytes.mebi(64))));
        host.awaitOutput(id, "busy");
        ProcessHandle monitor = monitor(running);
        long begin = System.nanoTime();
        Duration before = monitor.info().totalCpuDuration().orElseThrow();
        Thread.sleep(2000);
        Duration used = monitor.info().totalCpuDuration().orElseThrow().minus(before);
        double part = used.toNanos() / (double) (System.nanoTime() - begin);
        assertThat(part).as("of a core").isBetween(0.02, 0.35);
        assertThat(inside(running, "/proc/meminfo")).as("and who else asks is answered").startsWith("MemTotal:          65536 kB\n");
        host.runtime.kill(id);
        assertThat(host.awaitEnd(id).code()).as("what waits for an answer can be ended").isEqualTo(137);
    }

    /** Its monitor alone has the device, so nothing of this depends on the agent. */
    @Test
    void goesOnWithoutTheAgentAndWhileItIsPaused() throws Exception {
        Running running = host.runtime.start(request("sleep 100", Resources.limits().memory(Bytes.mebi(64))));
        assertThat(devices(ProcessHandle.current())).as("of the agent").isZero();
        assertThat(devices(monitor(running))).as("of the monitor").isEqualTo(1);
        assertThat(devices(ProcessHandle.of(running.pid()).orElseThrow())).as("of the first process").isZero();
        host.runtime.pause(id);
        host.runtime.close();
        assertThat(inside(running, "/proc/meminfo")).startsWith("MemTotal:          65536 kB\n");
        host.boot(StepListener.NONE);
        host.runtime.recover();
        assertThat(inside(running, "/proc/meminfo")).startsWith("MemTotal:          65536 kB\n");
        assertThat(host.runtime.isolation(id).drift()).isEmpty();
    }

    private static long devices(ProcessHandle process) throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/" + process.pid() + "/fd"))) {
            return all.filter(fd -> target(fd).equals("/dev/fuse")).count();
        }
    }

    private static String target(Path fd) {
        try {
            return Files.readSymbolicLink(fd).toString();
        } catch (IOException e) {
            return ""; // closed meanwhile
        }
    }

    @Test
    void whoSharesTheProcessesOfAnotherSeesItsOwnLimits() throws Exception {
        ContainerId lender = TestHost.newId();
        host.runtime.start(host.request(lender, TestHost.limited(TestHost.shell("sleep 100"), Resources.limits().memory(Bytes.mebi(32)).build())));
        ContainerSpec spec = TestHost.limited(TestHost.shell("head -n 1 /proc/meminfo"), Resources.limits().memory(Bytes.mebi(64)).build());
        host.run(id, spec.but().namespaces(new Namespaces(null, "container:" + lender)).build());
        assertThat(host.output(id)).isEqualTo("MemTotal:          65536 kB\n");
    }

    @Test
    void nobodyInsideCanDoMoreThanRead() throws Exception {
        String tries = "echo 1 > /proc/meminfo; chmod 777 /proc/meminfo; rm /proc/stat; umount /proc/stat; mount -o remount,bind,rw /proc/stat; touch /sys/devices/system/cpu/online";
        String said = said(tries + "; grep ' /proc/stat ' /proc/self/mountinfo; ls /view; id -u", Resources.limits());
        assertThat(said.lines().limit(6)).allMatch(line -> line.matches(".*(Read-only file system|Operation not permitted|Permission denied|Device or resource busy|permission denied).*"));
        assertThat(said).containsPattern(" /stat /proc/stat ro,nosuid,nodev,noexec[^\n]* - " + ServedFiles.TYPE).contains("ls: /view: No such file").endsWith("0\n");
    }

    @Test
    void whoSeesTheHostsProcessesOrIsPrivilegedSeesTheHostsMemory() throws Exception {
        host.runtime.close();
        host.boot(host.settings.granting(Grants.parse(List.of("privileged", "namespace:pid", "namespace:network"))), KernelReport.COMPLETE);
        ContainerSpec look = TestHost.limited(TestHost.shell("head -n 1 /proc/meminfo"), Resources.limits().memory(Bytes.mebi(64)).build());
        assertThat(seenBy(look.but().security(new Security(null, null, null, null, false, null, null, null, null, true)).build())).isEqualTo(HOSTS_MEMORY + "\n");
        assertThat(seenBy(look.but().namespaces(new Namespaces(null, "host")).build())).isEqualTo(HOSTS_MEMORY + "\n");
        assertThat(seenBy(look.but().network("host").build())).as("on the host's network it has limits all the same").isEqualTo("MemTotal:          65536 kB\n");
    }

    private String seenBy(ContainerSpec spec) throws Exception {
        ContainerId one = TestHost.newId();
        host.run(one, spec);
        return host.output(one);
    }

    @Test
    void aHostWithoutFuseStartsContainersThatSeeTheHosts() throws Exception {
        host.runtime.close();
        host.boot(host.settings, new KernelReport(List.of(new Finding.Missing(Feature.SERVED_FILES, 2, "no"))));
        Running running = host.runtime.start(request("sleep 100", Resources.limits().memory(Bytes.mebi(64))));
        assertThat(inside(running, "/proc/meminfo")).startsWith(HOSTS_MEMORY);
        host.runtime.close();
        host.boot(StepListener.NONE);
        host.runtime.recover();
        assertThat(host.runtime.isolation(id).drift()).as("an agent that could show it knows that this one was begun without").isEmpty();
    }
}
