package io.gantry.agent.execute;

import io.gantry.agent.measure.Disturbances;
import io.gantry.agent.runtime.Exit;
import io.gantry.agent.runtime.Running;
import io.gantry.agent.runtime.StartFailure;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.DeviceRate;
import io.gantry.contracts.spec.Resources;
import io.gantry.contracts.spec.ResourcesBuilder;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.Observed;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.MilliCpu;
import io.gantry.kernel.cgroup.UnifiedHierarchy;
import io.gantry.kernel.probe.KernelReport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * What cgroup v2 alone does for containers, and what project quotas do ({@link GuestQuotas}), asked of the real kernel of a virtual machine that {@code script/guest.sh} boots. No test framework: it
 * runs in an emulated processor. Prints a line for each check, {@code ok name seconds} or {@code failed name why}; the script counts them.
 */
final class GuestMain {
    private static final Path CGROUPS = Path.of("/sys/fs/cgroup");

    /** The most that a container waits for its core, as a part of how long it ran, if nobody but this program (whose compiler takes its part of every core) is on it. A neighbour makes it wait longer than it runs. */
    private static final double LEFT_ALONE = 0.4;

    private final TestHost host;
    private int failed;

    interface Check {
        void run() throws Exception;
    }

    private GuestMain(TestHost host) {
        this.host = host;
    }

    public static void main(String[] arguments) throws Exception {
        TestHost host = TestHost.make();
        KernelReport kernel = KernelCheck.of(host.settings);
        System.out.println(kernel.print());
        host.runtime.close();
        host.boot(host.settings, kernel);
        GuestMain guest = new GuestMain(host);
        guest.all();
        for (String ground : List.of("ext4", "xfs")) {
            new GuestQuotas(Path.of("/quota", ground), kernel).all(guest);
        }
        System.out.println("end " + guest.failed);
        System.out.flush();
        Runtime.getRuntime().halt(guest.failed == 0 ? 0 : 1);
    }

    private void all() throws Exception {
        check("choosesTheUnifiedTree", () -> same(host.settings.cgroups() instanceof UnifiedHierarchy, true));
        check("endsByItsMemoryLimit", this::memory);
        check("endsAsAWholeWhenItsGroupIsOneForMemory", this::oomGroup);
        check("forkBombEndsAtThePidsLimit", this::pids);
        check("runsOnItsCoresOnly", this::cores);
        check("staysWithinItsQuota", this::quota);
        check("hasSwapOnlyIfItIsGivenSome", this::swap);
        check("cannotOpenTheHostsDevices", this::devices);
        check("writesADiskAtItsRate", this::rate);
        check("hasItsShareOfAContendedDisk", this::ioWeight);
        check("takesNoMoreHugePagesThanItsLimit", this::hugePages);
        check("seesItsOwnGroupReadOnly", this::view);
        check("seesTheMemoryAndCoresOfItsLimits", this::sizes);
        check("isNotSlowedByABusyNeighbourOnAnotherCore", this::ownCore);
        check("isHardlySlowedByABusyNeighbourOfLittleWeight", this::weight);
        check("hasACoreToItselfHoweverBusyItsNeighboursAre", this::ownCoreByItsNode);
        check("saysWhoDisturbsWhom", this::disturbed);
        check("keepsTheMemoryItReservesWhenANeighbourWantsIt", this::reservation);
        check("isGivenOtherLimitsAsItRuns", this::update);
        check("keepsWhatItHasWhenMemoryInUseIsAskedBack", this::refusedUpdate);
        check("runsABundleWithItsLimitsAndDevices", this::bundle);
        new GuestCrun(host).all(this);
        check("leavesNothingBehind", this::nothingLeft);
    }

    void check(String name, Check check) {
        long begin = System.nanoTime();
        try {
            check.run();
            System.out.printf("ok %s %.1f%n", name, (System.nanoTime() - begin) / 1e9);
        } catch (Exception | AssertionError e) {
            failed++;
            System.out.println("failed " + name + " " + String.valueOf(e).replace('\n', ' '));
        }
    }

    static void same(Object is, Object shall) {
        if (!shall.equals(is)) {
            throw new AssertionError("is " + is + ", shall be " + shall);
        }
    }

    static void holds(boolean so, String what) {
        if (!so) {
            throw new AssertionError(what);
        }
    }

    private record Ended(Exit exit, String output) {}

    private Ended run(String script, ResourcesBuilder limits) throws Exception {
        ContainerId id = TestHost.newId();
        try {
            Exit exit = host.run(id, TestHost.limited(TestHost.shell(script), limits.build()));
            return new Ended(exit, host.output(id));
        } finally {
            host.runtime.remove(id);
        }
    }

    private void memory() throws Exception {
        Ended ended = run("x=a; while true; do x=$x$x; done", Resources.limits().memory(Bytes.mebi(8)));
        same(ended.exit.reason(), Observed.ExitReason.OUT_OF_MEMORY);
        same(ended.exit.code(), 137);
    }

    private void oomGroup() throws Exception {
        String script = "sh -c 'x=a; while true; do x=$x$x; done'; echo survived";
        same(run(script, Resources.limits().memory(Bytes.mebi(8))).output.contains("survived"), true);
        Ended ended = run(script, Resources.limits().memory(Bytes.mebi(8)).oomGroup(true));
        same(ended.output.contains("survived"), false);
        same(ended.exit.reason(), Observed.ExitReason.OUT_OF_MEMORY);
    }

    private void pids() throws Exception {
        Ended ended = run("i=0; while [ $i -lt 40 ]; do sleep 5 & i=$((i+1)); done 2>&1; echo all", Resources.limits().pids(10));
        holds(ended.output.contains("can't fork") && !ended.output.contains("all"), ended.output);
    }

    private void cores() throws Exception {
        same(run("nproc", Resources.limits()).output, "2\n");
        same(run("nproc; grep Cpus_allowed_list /proc/self/status", Resources.limits().cpuset("1")).output.replaceAll("\\s+", " "), "1 Cpus_allowed_list: 1 ");
    }

    private void quota() throws Exception {
        Ended ended = run("sh -c 'while true; do :; done' & sleep 2; kill $!; wait; times", Resources.limits().cpu(new MilliCpu(100)));
        double seconds = Double.parseDouble(ended.output.lines().toList().get(1).replaceAll("0m([0-9.]+)s.*", "$1"));
        holds(seconds > 0.02 && seconds < 0.6, "used " + seconds + " s of 2");
    }

    private void swap() throws Exception {
        String script = "dd if=/dev/zero of=/dev/shm/x bs=1M count=24 2>/dev/null && echo fits";
        ResourcesBuilder small = Resources.limits().memory(Bytes.mebi(12)).shm(Bytes.mebi(32));
        same(run(script, small).exit.reason(), Observed.ExitReason.OUT_OF_MEMORY);
        same(run(script, small.swap(Bytes.mebi(32))).output, "fits\n");
    }

    /** By the command line of an OCI runtime, as a process of its own: limits in v2's words, and a device that its node is there for, but that it may not open. */
    private void bundle() throws Exception {
        Path bundle = Files.createTempDirectory("bundle");
        for (String folder : List.of("bin", "proc", "dev", "sys/fs/cgroup")) {
            Files.createDirectories(bundle.resolve("rootfs").resolve(folder));
        }
        Files.copy(Path.of("/bin/busybox"), bundle.resolve("rootfs/bin/busybox"));
        Files.createSymbolicLink(bundle.resolve("rootfs/bin/sh"), Path.of("busybox"));
        String disk = Files.readString(Path.of("/sys/block/vda/dev")).strip();
        Files.writeString(bundle.resolve("config.json"), """
                {"ociVersion": "1.0.2", "root": {"path": "rootfs"},
                 "process": {"cwd": "/", "env": ["PATH=/bin"], "args": ["sh", "-c", "busybox cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory.swap.max /sys/fs/cgroup/memory.high /sys/fs/cgroup/pids.max /sys/fs/cgroup/cpu.max /sys/fs/cgroup/cpu.weight; busybox head -c 1 /dev/zero | busybox wc -c; busybox head -c 1 /dev/disk 2>&1; exit 5"]},
                 "mounts": [{"destination": "/proc", "type": "proc", "source": "proc"}, {"destination": "/sys/fs/cgroup", "type": "cgroup", "source": "cgroup", "options": ["ro", "nosuid"]}],
                 "linux": {"namespaces": [{"type": "mount"}, {"type": "pid"}, {"type": "cgroup"}], "cgroupsPath": "/deep/below/box",
                  "devices": [{"path": "/dev/disk", "type": "b", "major": %s, "minor": %s}],
                  "resources": {"memory": {"limit": 33554432, "swap": 50331648}, "pids": {"limit": 20}, "cpu": {"shares": 512, "quota": 50000, "period": 100000},
                   "unified": {"memory.high": "29360128"}, "devices": [{"allow": false, "access": "rwm"}]}}}
                """.formatted(disk.split(":")[0], disk.split(":")[1]));
        Process runtime = new ProcessBuilder(
                        "/java/bin/java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx48m", "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
                        "io.gantry.agent.oci.command.RuncMain", "--root", bundle.resolve("state").toString(), "run", "--bundle", bundle.toString(), "box")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String said = new String(runtime.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        same(said, "33554432\n16777216\n29360128\n20\n50000 100000\n20\n1\nhead: /dev/disk: Operation not permitted\n");
        same(runtime.waitFor(), 5);
        holds(!Files.exists(CGROUPS.resolve("deep/below/box")), "its group is left");
        Files.delete(CGROUPS.resolve("deep/below"));
        Files.delete(CGROUPS.resolve("deep"));
    }

    /** As root of the host, but in the container's group: what is left is the program that is attached above it. */
    private void devices() throws Exception {
        ContainerId id = TestHost.newId();
        host.runtime.start(host.request(id, TestHost.shell("sleep 100")));
        String join = "echo $$ > " + group() + "/cgroup.procs && ";
        same(shell(join + "head -c 1 /dev/zero | wc -c"), "1\n");
        String refused = shell(join + "head -c 1 /dev/vda 2>&1 | wc -c; head -c 1 /dev/vda 2>&1");
        holds(refused.contains("Operation not permitted"), refused);
        same(shell("head -c 1 /dev/vda | wc -c"), "1\n");
        host.runtime.remove(id);
    }

    private void rate() throws Exception {
        DeviceRate rate = new DeviceRate(host.disk(), null, Bytes.mebi(1), null, null);
        long begin = System.nanoTime();
        Ended ended = run("dd if=/dev/zero of=/f bs=256k count=16 oflag=direct 2>&1", Resources.limits().devices(List.of(rate)));
        double seconds = (System.nanoTime() - begin) / 1e9;
        holds(ended.output.contains("16+0 records out") && seconds > 2.5, "4 MiB at 1 MiB/s took " + seconds + " s: " + ended.output);
    }

    private void ioWeight() throws Exception {
        ContainerId light = TestHost.newId();
        ContainerId heavy = TestHost.newId();
        String busy = "dd if=/dev/zero of=/f bs=64k count=64 oflag=direct 2>/dev/null; while true; do dd if=/f of=/dev/null bs=4k iflag=direct 2>/dev/null; done";
        host.runtime.start(host.request(light, TestHost.limited(TestHost.shell(busy), Resources.limits().ioWeight(50).build())));
        String first = group();
        host.runtime.start(host.request(heavy, TestHost.limited(TestHost.shell(busy), Resources.limits().ioWeight(1000).build())));
        String second = groups(host).stream().filter(path -> !path.equals(first)).findFirst().orElseThrow();
        Thread.sleep(2000);
        long slow = read(first);
        long quick = read(second);
        Thread.sleep(5000);
        slow = read(first) - slow;
        quick = read(second) - quick;
        host.runtime.remove(light);
        host.runtime.remove(heavy);
        holds(quick > 2 * slow, "20 times the weight read " + quick + " bytes, the other " + slow);
    }

    /** {@code 254:0 rbytes=… wbytes=…} */
    private static long read(String group) throws IOException {
        return Files.readAllLines(Path.of(group, "io.stat")).stream()
                .flatMap(line -> Arrays.stream(line.split(" ")))
                .filter(word -> word.startsWith("rbytes="))
                .mapToLong(word -> Long.parseLong(word.substring(7)))
                .sum();
    }

    private void hugePages() throws Exception {
        Files.copy(Path.of("/bin/hugepages"), host.layer.resolve("bin/hugepages"), StandardCopyOption.COPY_ATTRIBUTES);
        Files.writeString(Path.of("/proc/sys/vm/nr_hugepages"), "6");
        String script = "/bin/hugepages 4";
        same(run(script, Resources.limits()).output, "1\n2\n3\n4\n");
        Ended ended = run(script, Resources.limits().hugePages(Map.of("2MB", Bytes.mebi(4))));
        same(ended.output, "1\n2\n");
        holds(ended.exit.code() == 135, "ended with " + ended.exit.code() + ", SIGBUS is 135");
    }

    private void view() throws Exception {
        Ended ended = run(
                "cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/cpu.max /proc/self/cgroup; (echo 1 > /sys/fs/cgroup/memory.max) 2> /dev/null || echo no; echo $GANTRY_MEMORY_LIMIT $GANTRY_CPU_LIMIT",
                Resources.limits().memory(Bytes.mebi(16)).cpu(new MilliCpu(1500)));
        holds(ended.output.startsWith("16777216\n150000 100000\n0::/\n"), ended.output);
        holds(ended.output.contains("no\n16777216 1.5\n"), ended.output);
    }

    /** By what /proc says, which its monitor tells; and again after an update. */
    private void sizes() throws Exception {
        String script = "dd if=/dev/zero of=/dev/shm/x bs=1M count=8 2> /dev/null; cat /proc/meminfo; grep -c '^processor' /proc/cpuinfo; grep -o '^cpu[0-9]*' /proc/stat; cat /sys/devices/system/cpu/online";
        String seen = run(script, Resources.limits().memory(Bytes.mebi(32)).swap(Bytes.mebi(16)).cpuset("1")).output;
        for (String line : List.of("MemTotal: 32768 kB", "SwapTotal: 16384 kB", "Shmem: 8192 kB", "1\ncpu\ncpu1\n1\n")) {
            holds(seen.replaceAll(" +", " ").contains(line), line + " in " + seen);
        }
        long free = Long.parseLong(seen.replaceAll("(?s).*MemFree: +(\\d+) kB.*", "$1"));
        holds(free > 16_000 && free < 24_576, "free are " + free + " KiB of 32 MiB with 8 in use");
        ContainerId id = TestHost.newId();
        var request = host.request(id, TestHost.limited(TestHost.shell("while true; do :; done"), Resources.limits().memory(Bytes.mebi(16)).cpu(new MilliCpu(500)).build()));
        Running running = host.runtime.start(request);
        Path proc = Path.of("/proc/" + running.pid() + "/root/proc");
        holds(Files.readString(proc.resolve("meminfo")).startsWith("MemTotal:          16384 kB\n"), "the first limit");
        Thread.sleep(1000);
        String times = Files.readAllLines(proc.resolve("stat")).getFirst();
        holds(times.matches("cpu  [1-9]\\d* 0 \\d+ [1-9]\\d* 0 0 0 0 0 0"), times);
        same(update(request.container(), Resources.limits().memory(Bytes.mebi(24)).cpu(new MilliCpu(1500)).build()), Optional.empty());
        holds(Files.readString(proc.resolve("meminfo")).startsWith("MemTotal:          24576 kB\n"), "the updated limit");
        // measuring takes this processor so long that a text is told again for a tenth of a second
        long deadline = System.nanoTime() + 5_000_000_000L;
        while (coresIn(proc.resolve("stat")) != 2 && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        same(coresIn(proc.resolve("stat")), 2L);
        host.runtime.remove(id);
    }

    private static long coresIn(Path stat) throws IOException {
        return Files.readAllLines(stat).stream().filter(line -> line.matches("cpu\\d.*")).count();
    }

    /** The figure: one group of cores for each of two services; with and without. */
    private void ownCore() throws Exception {
        // of equal weight the two would share a core evenly, and the one wait exactly as long as it runs
        double apart = waited(Resources.limits().cpuset("1"), Resources.limits().cpuset("0").cpuWeight(1000));
        double together = waited(Resources.limits().cpuset("1"), Resources.limits().cpuset("1").cpuWeight(1000));
        holds(apart < LEFT_ALONE, "waited for its core " + apart + " of the time that it ran");
        holds(together > 1, "on the same core it waited only " + together + ": the neighbour isn't busy");
    }

    /** The same, where the node chooses the core and moves the neighbour off it. */
    private void ownCoreByItsNode() throws Exception {
        double alone = waited(Resources.limits().exclusiveCores(1), Resources.limits().cpuWeight(1000));
        double together = waited(Resources.limits(), Resources.limits().cpuWeight(1000));
        holds(alone < LEFT_ALONE, "waited for its core " + alone + " of the time that it ran");
        holds(together > 1, "among the others it waited only " + together + ": the neighbour isn't busy");
    }

    private void weight() throws Exception {
        double waited = waited(Resources.limits().cpuset("1").cpuWeight(10_000), Resources.limits().cpuset("1").cpuWeight(10));
        holds(waited < 0.3, "waited " + waited + " of the time that it ran");
    }

    /** How long the one waited for a processor, as a part of how long it ran, while the other had four busy processes. */
    private double waited(ResourcesBuilder one, ResourcesBuilder other) throws Exception {
        ContainerId busy = TestHost.newId();
        ContainerId id = TestHost.newId();
        start(busy, "for i in 1 2 3 4; do while true; do :; done & done; wait", other);
        Running running = host.runtime.start(host.request(id, TestHost.limited(TestHost.shell("while true; do :; done"), one.build())));
        String command = Files.readString(Path.of("/proc/" + running.pid() + "/task/" + running.pid() + "/children")).strip();
        Path file = Path.of("/proc/" + command + "/schedstat");
        Thread.sleep(500);
        String[] before = Files.readString(file).strip().split(" ");
        Thread.sleep(2500);
        String[] after = Files.readString(file).strip().split(" ");
        host.runtime.remove(id);
        host.runtime.remove(busy);
        double ran = Long.parseLong(after[0]) - Long.parseLong(before[0]);
        return (Long.parseLong(after[1]) - Long.parseLong(before[1])) / Math.max(1, ran);
    }

    private void disturbed() throws Exception {
        ContainerId victim = TestHost.newId();
        ContainerId noise = TestHost.newId();
        CompletableFuture<Observed.What.Disturbed> told = new CompletableFuture<>();
        start(victim, "while true; do :; done", Resources.limits().cpuset("1"));
        start(noise, "while true; do :; done", Resources.limits().cpuset("1").cpuWeight(1000));
        try (Disturbances watching = host.runtime.disturbances((id, what) -> {
            if (id.equals(victim)) {
                told.complete(what);
            }
        })) {
            Observed.What.Disturbed what = told.get(120, TimeUnit.SECONDS);
            same(what.resource(), Observed.Awaited.CPU);
            holds(what.by().getFirst().container().equals(noise), watching + " told " + what);
        }
        host.runtime.remove(victim);
        host.runtime.remove(noise);
    }

    private void reservation() throws Exception {
        Path node = CGROUPS.resolve("gantry-test/gantry").resolve(host.node);
        long kept = kept(node, Resources.limits().memoryReservation(Bytes.mebi(32)));
        same(Files.readString(node.resolve("memory.low")).strip(), "0");
        long lost = kept(node, Resources.limits());
        holds(kept > 24 << 20, "kept " + kept + " bytes of the 32 MiB it reserved");
        holds(lost < kept / 2, "kept " + lost + " without a reservation: nobody wanted it");
    }

    /** Of 28 MiB that it has read, after a neighbour has read four times as much, where both have 80 MiB together. */
    private long kept(Path node, ResourcesBuilder limits) throws Exception {
        ContainerId id = TestHost.newId();
        start(id, "dd if=/dev/zero of=/f bs=1M count=28 2>/dev/null; sync; cat /f > /dev/null; echo read; sleep 100", limits);
        host.awaitOutput(id, "read");
        String group = group();
        same(Files.readString(node.resolve("memory.low")), Files.readString(Path.of(group, "memory.low")));
        Files.writeString(node.resolve("memory.max"), Long.toString(80L << 20));
        run("dd if=/dev/zero of=/g bs=1M count=120 2>/dev/null; sync; cat /g > /dev/null", Resources.limits());
        long file = Files.readAllLines(Path.of(group, "memory.stat")).stream()
                .filter(line -> line.startsWith("file "))
                .mapToLong(line -> Long.parseLong(line.substring(5)))
                .sum();
        Files.writeString(node.resolve("memory.max"), "max");
        host.runtime.remove(id);
        return file;
    }

    private void update() throws Exception {
        ContainerId id = TestHost.newId();
        Desired.Container container = start(id, "sleep 100", Resources.limits().memory(Bytes.mebi(16)).pids(20));
        Resources other =
                Resources.limits()
                        .memory(Bytes.mebi(24)).memoryReservation(Bytes.mebi(8)).swap(Bytes.mebi(1)).cpu(new MilliCpu(250)).cpuWeight(300).pids(30).cpuset("1").oomGroup(true)
                        .ioWeight(200).devices(List.of(new DeviceRate(host.disk(), Bytes.mebi(1), null, null, 5L))).hugePages(Map.of("2MB", Bytes.mebi(2)))
                        .build();
        same(update(container, other), Optional.empty());
        same(
                files("memory.max", "memory.low", "memory.swap.max", "cpu.max", "cpu.weight", "pids.max", "cpuset.cpus", "memory.oom.group", "io.max", "hugetlb.2MB.max"),
                List.of(
                        "25165824", "8388608", "1048576", "25000 100000", "300", "30", "1", "1", host.disk() + " rbps=1048576 wbps=max riops=max wiops=5", "2097152"));
        same(host.runtime.update(TestHost.updated(container, container.spec().resources())), Optional.empty());
        same(
                files("memory.max", "memory.low", "memory.swap.max", "cpu.max", "cpu.weight", "pids.max", "cpuset.cpus", "memory.oom.group", "io.max", "hugetlb.2MB.max"),
                List.of("16777216", "0", "0", "max 100000", "100", "20", "0-1", "0", "", "max"));
        host.runtime.remove(id);
    }

    private void refusedUpdate() throws Exception {
        ContainerId id = TestHost.newId();
        Desired.Container container = start(id, "dd if=/dev/zero of=/dev/shm/x bs=1M count=20 2>/dev/null; echo full; sleep 100", Resources.limits().memory(Bytes.mebi(40)));
        host.awaitOutput(id, "full");
        Observed.Failure why = update(container, container.spec().resources().but().memory(Bytes.mebi(8)).build()).orElseThrow();
        holds(why.errno() == 16 && why.detail().contains("are in use"), why.toString());
        same(files("memory.max"), List.of("41943040"));
        host.runtime.remove(id);
    }

    private Desired.Container start(ContainerId id, String script, ResourcesBuilder limits) throws StartFailure {
        var request = host.request(id, TestHost.limited(TestHost.shell(script), limits.build()));
        Running running = host.runtime.start(request);
        holds(running.pid() > 0, "it runs");
        return request.container();
    }

    private Optional<Observed.Failure> update(Desired.Container container, Resources resources) {
        return host.runtime.update(TestHost.updated(container, resources));
    }

    private List<String> files(String... names) throws IOException {
        List<String> contents = new ArrayList<>();
        for (String name : names) {
            contents.add(Files.readString(Path.of(group(), name)).strip());
        }
        return contents;
    }

    private String group() throws IOException {
        return group(host);
    }

    /** That of the one container that runs there. */
    static String group(TestHost host) throws IOException {
        return groups(host).getFirst();
    }

    private static List<String> groups(TestHost host) throws IOException {
        try (var found = Files.list(CGROUPS.resolve("gantry-test/gantry").resolve(host.node))) {
            return found.filter(Files::isDirectory).map(Path::toString).sorted().toList();
        }
    }

    private void nothingLeft() throws Exception {
        same(groups(host), List.of());
    }

    static String shell(String script) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("/bin/sh", "-c", script).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }
}
