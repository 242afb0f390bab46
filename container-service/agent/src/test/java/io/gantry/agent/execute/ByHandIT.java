package io.gantry.agent.execute;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.runtime.Attachment;
import io.gantry.agent.runtime.Grants;
import io.gantry.agent.runtime.RunRequest;
import io.gantry.agent.runtime.Running;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.link.KeptFiles;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.Mount;
import io.gantry.contracts.spec.Namespaces;
import io.gantry.contracts.spec.Resources;
import io.gantry.contracts.spec.Security;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.MilliCpu;
import io.gantry.kernel.mount.ServedFiles;
import io.gantry.kernel.probe.KernelReport;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The script that explains a start, run by hand beside the container: what the kernel says of both is the same. */
@Timeout(60)
class ByHandIT {
    private static final String SECONDS = "98765";
    private static final String SECRET = "correct-horse-0b1f";
    private TestHost host;
    private TestBridge bridge;

    @BeforeEach
    void boot() throws Exception {
        host = TestHost.make();
        bridge = new TestBridge(host.node);
    }

    @AfterEach
    void close() throws Exception {
        try (TestBridge _ = bridge) {
            host.close();
        }
    }

    @Test
    void theScriptMakesTheSameContainer() throws Exception {
        assertMadeAlike(
                TestHost.command("/bin/sleep", SECONDS)
                        .but()
                        .user("web")
                        .workingDir("/srv/made")
                        .hostname("same")
                        .env(Map.of("QUOTED", "it's $HOME \\ \"x\""))
                        .resources(Resources.DEFAULT.but().cpu(new MilliCpu(1500)).cpuWeight(200).cpuset("0").memory(Bytes.mebi(64)).pids(50).disk(Bytes.mebi(32)).build())
                        .build());
    }

    @Test
    void theScriptKeepsALayerToItsSizeAsItsFileSystemDoes() throws Exception {
        host.close();
        bridge.close();
        try (BtrfsDisk disk = new BtrfsDisk()) {
            host = TestHost.make(Grants.NONE, disk.root);
            bridge = new TestBridge(host.node);
            try {
                assertMadeAlike(TestHost.limited(TestHost.command("/bin/sleep", SECONDS).but().hostname("same").build(), Resources.limits().disk(Bytes.mebi(32)).build()));
                assertThat(disk.group(host.folder.resolve("byhand/layer")).limit()).isEqualTo(32L << 20);
            } finally {
                host.close();
            }
            disk.awaitNothing();
        } finally {
            host = TestHost.make();
        }
    }

    @Test
    void theScriptMakesTheSameContainerOfRootOnAReadOnlyFileSystem() throws Exception {
        assertMadeAlike(TestHost.command("/bin/sleep", SECONDS).but().hostname("same").readOnlyRoot(true).init(false).build());
    }

    @Test
    void theScriptAsksForWhatIsSecretAndMakesTheSameContainer() throws Exception {
        assertMadeAlike(TestHost.command("/bin/sleep", SECONDS).but().user("web").hostname("same").mounts(List.of(Mount.Secret.named("db"))).build());
        assertThat(Files.readString(host.folder.resolve("start.sh"))).contains("FILE_0").doesNotContain(SECRET);
    }

    @Test
    void theScriptMakesTheSameContainerInNamespacesOfAnother() throws Exception {
        ContainerId lender = TestHost.newId();
        host.runtime.start(host.request(lender, TestHost.command("/bin/sleep", "1000"), 1, Optional.of(TestBridge.attachment(host.node, 5))));
        String with = "container:" + lender;
        assertMadeAlike(TestHost.command("/bin/sleep", SECONDS).but().network(with).namespaces(new Namespaces(with, with)).build(), Optional.empty());
    }

    @Test
    void theScriptMakesTheSamePrivilegedContainerInNamespacesOfTheHost() throws Exception {
        host.runtime.close();
        host.boot(
                host.settings.granting(Grants.parse(List.of("namespace:network", "namespace:pid", "namespace:ipc", "namespace:uts", "privileged"))),
                KernelReport.COMPLETE);
        Security privileged = new Security(null, null, null, null, false, null, null, null, null, true);
        assertMadeAlike(
                TestHost.command("/bin/sleep", SECONDS).but().network("host").namespaces(new Namespaces("host", "host", "host")).security(privileged).build(),
                Optional.empty());
    }

    private void assertMadeAlike(ContainerSpec spec) throws Exception {
        assertMadeAlike(spec, Optional.of(TestBridge.attachment(host.node, 5)));
    }

    private void assertMadeAlike(ContainerSpec spec, Optional<Attachment> network) throws Exception {
        ContainerId id = TestHost.newId();
        RunRequest plain = host.request(id, spec, 1, network);
        KeptFiles files = new KeptFiles(List.of(new KeptFiles.One("secret", "db", SECRET.getBytes(StandardCharsets.UTF_8))));
        Running running = host.runtime.start(new RunRequest(plain.container(), plain.run(), plain.layers(), plain.network(), files));
        Path script = host.folder.resolve("start.sh");
        Files.writeString(script, host.runtime.script(id));
        Process byHand = byHand(script);
        long theirs = command(byHand, script);
        try {
            long ours = spec.init() ? onlyChild(running.pid()) : running.pid();
            Map<String, String> expected = seen(ours);
            Map<String, String> actual = seen(theirs);
            expected.forEach((what, text) -> assertThat(actual.get(what)).as(what).isEqualTo(text));
        } finally {
            ProcessHandle.of(theirs).ifPresent(ProcessHandle::destroyForcibly);
        }
        assertThat(byHand.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(byHand.exitValue()).isEqualTo(137);
        assertThat(left()).as("what the script leaves").isEmpty();
    }

    /** In a shell that knows the machine's usual tools and nothing else, and ignores hang-ups as below nohup. */
    private Process byHand(Path script) throws IOException {
        ProcessBuilder shell = new ProcessBuilder("bash", "-c", "trap '' HUP; exec bash " + script).directory(host.folder.toFile());
        shell.environment().clear();
        shell.environment()
                .putAll(Map.of(
                        "PATH", "/usr/sbin:/usr/bin:/sbin:/bin",
                        "FOLDER", host.folder.resolve("byhand").toString(),
                        "SOCKETS", host.folder.resolve("byhand-sockets").toString(),
                        "SLOT", "byhand",
                        "FILE_0", SECRET,
                        "FIRST_ID", Integer.toString(host.settings.range(20).first()),
                        "CABLE", "gpb" + host.node.substring(1, 9),
                        "LINK", "gvb" + host.node.substring(1, 9),
                        "ADDRESS", TestBridge.attachment(host.node, 6).address().toString(),
                        "MAC", TestBridge.attachment(host.node, 6).mac().value()));
        return shell.redirectErrorStream(true).redirectOutput(new File(host.folder.toFile(), "byhand.log")).start();
    }

    /** The command that the script ends with. */
    private long command(Process byHand, Path script) throws Exception {
        while (byHand.isAlive()) {
            Optional<ProcessHandle> found = byHand.descendants().filter(child -> arguments(child.pid()).equals("/bin/sleep " + SECONDS)).findFirst();
            if (found.isPresent()) {
                return found.get().pid();
            }
            Thread.sleep(20);
        }
        throw new AssertionError("the script ended: " + Files.readString(host.folder.resolve("byhand.log")) + "\n" + Files.readString(script));
    }

    private static long onlyChild(long pid) {
        return ProcessHandle.of(pid).orElseThrow().children().findFirst().orElseThrow().pid();
    }

    private static String arguments(long pid) {
        return text("/proc/" + pid + "/cmdline").replace('\0', ' ').strip();
    }

    /** All the kernel says of a process that follows from how it was made, without the ids that differ by their nature. */
    private Map<String, String> seen(long pid) throws IOException {
        Map<String, String> seen = new TreeMap<>();
        String proc = "/proc/" + pid + "/";
        seen.put("status", status(text(proc + "status")));
        seen.put("uid_map", ids(text(proc + "uid_map")));
        seen.put("gid_map", ids(text(proc + "gid_map")));
        seen.put("mountinfo", mounts(text(proc + "mountinfo")));
        seen.put("cgroup", text(proc + "cgroup").replaceAll("(s\\d{5}|byhand)\\b", "SLOT"));
        seen.put("limits", text(proc + "limits"));
        seen.put("environ", String.join("\n", Stream.of(text(proc + "environ").split("\0")).sorted().toList()));
        seen.put("oom_score_adj", text(proc + "oom_score_adj"));
        seen.put("cwd", Files.readSymbolicLink(Path.of(proc + "cwd")).toString());
        seen.put("attr", text(proc + "attr/current"));
        seen.put("ns", namespaces(proc));
        groups(proc, seen);
        return seen;
    }

    /** Which namespaces are not this process's own. */
    private static String namespaces(String proc) throws IOException {
        List<String> others = new ArrayList<>();
        try (Stream<Path> all = Files.list(Path.of(proc + "ns"))) {
            for (Path each : all.sorted().toList()) {
                if (!Files.readSymbolicLink(each).equals(Files.readSymbolicLink(Path.of("/proc/self/ns", each.getFileName().toString())))) {
                    others.add(each.getFileName().toString());
                }
            }
        }
        return String.join(" ", others);
    }

    /** Without numbers of processes, use of memory and switches. */
    private static String status(String text) {
        return String.join(
                "\n",
                text.lines()
                        .filter(line -> !line.matches("(Tgid|Ngid|Pid|PPid|NSpid|NStgid|NSpgid|NSsid|Vm\\w+|Rss\\w+|SigQ|\\w*ctxt_switches|FDSize|Hugetlb\\w+):.*"))
                        .map(line -> line.matches("(Uid|Gid|Groups):.*") ? relative(line) : line)
                        .toList());
    }

    /** Ids of the host, counted from the range's first. */
    private static String relative(String line) {
        StringBuilder text = new StringBuilder();
        for (String word : line.split("\\s+")) {
            text.append(word.matches("\\d+") ? Long.toString(Long.parseLong(word) % 65_536) : word).append(' ');
        }
        return text.toString().strip();
    }

    private static String ids(String map) {
        return map.strip().replaceAll("\\s+", " ").replaceAll(" \\d+ (\\d+)$", " FIRST $1");
    }

    /**
     * Without numbers of mounts (by which they are listed) and devices, the container's own folder, and which descriptors the layers came by; and
     * without what a monitor tells of limits, which the script says that it leaves out.
     */
    private String mounts(String text) {
        return String.join(
                "\n",
                text.lines()
                        .filter(line -> !line.contains(" - " + ServedFiles.TYPE + " "))
                        .map(line -> line.replaceAll("^\\d+ \\d+ \\d+:\\d+ ", ""))
                        .map(line -> line.replaceAll("/[^ ]*(byhand|s\\d{5}|containers/[0-9a-f]{64})/", "FOLDER/"))
                        .map(line -> line.replaceAll("=/proc/self/fd/\\d+|=/tmp/tmp\\.\\w+/\\w+(/upper|/work)?", "=LAYER"))
                        .map(line -> line.replaceAll("/(s\\d{5}|byhand) ", "/SLOT "))
                        .map(line -> line.replaceAll("([ug]id)=\\d+", "$1=FIRST"))
                        .sorted()
                        .toList());
    }

    private void groups(String proc, Map<String, String> seen) throws IOException {
        for (String line : Files.readAllLines(Path.of(proc + "cgroup"))) {
            String[] parts = line.split(":", 3);
            Path group = Path.of("/sys/fs/cgroup", parts[1].isEmpty() ? "unified" : parts[1], parts[2]);
            for (String file :
                    List.of("memory.limit_in_bytes", "cpu.shares", "cpu.cfs_quota_us", "cpu.cfs_period_us", "pids.max", "devices.list", "cpuset.cpus", "cpuset.mems")) {
                if (Files.exists(group.resolve(file))) {
                    seen.put(parts[1] + " " + file, text(group.resolve(file).toString()));
                }
            }
        }
    }

    private static String text(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException e) {
            return "";
        }
    }

    private List<String> left() throws IOException {
        List<String> found = new ArrayList<>(host.leftovers());
        found.removeIf(line -> !line.contains("byhand"));
        bridge.links.links().stream().map(link -> link.name()).filter(name -> name.contains("b" + host.node.substring(1, 9))).filter(name -> name.startsWith("gvb") || name.startsWith("gpb")).forEach(found::add);
        return found;
    }
}
