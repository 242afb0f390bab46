package io.gantry.agent.execute;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.image.LayerDiff;
import io.gantry.agent.image.TestMounts;
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
import io.gantry.kernel.probe.KernelReport;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The script that explains a start, run by hand beside the container: what the kernel says of both is the same. */
@Timeout(60)
class ByHandIT {
    private static final String SECONDS = "98765";
    private static final String SECRET = "correct-horse-0b1f";
    @AutoClose private TestHost host = TestHost.make().bridged();

    @Test
    void theScriptMakesTheSameContainer() throws Exception {
        assertMadeAlike(
                TestHost.command("/bin/sleep", SECONDS)
                        .but()
                        .user("web")
                        .workingDir("/srv/made")
                        .hostname("same")
                        .domainname("example.org")
                        .env(Map.of("QUOTED", "it's $HOME \\ \"x\""))
                        .resources(Resources.DEFAULT.but().cpu(new MilliCpu(1500)).cpuWeight(200).cpuset("0").memory(Bytes.mebi(64)).pids(50).disk(Bytes.mebi(32)).build())
                        .build());
    }

    @Test
    void theScriptMakesTheSameContainerOfAnImage() throws Exception {
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        LayerDiff.write(host.layer, tar);
        TestMounts.write(tar.toByteArray(), host.folder.resolve("image"));
        TestMounts.mount(host.folder.resolve("image"), host.layer);
        try {
            assertMadeAlike(TestHost.command("/bin/sleep", SECONDS).but().user("web").hostname("same").build());
        } finally {
            TestMounts.detach(host.layer);
        }
    }

    @Test
    void theScriptKeepsALayerToItsSizeAsItsFileSystemDoes() throws Exception {
        host.close();
        try (BtrfsDisk disk = new BtrfsDisk()) {
            host = TestHost.make(Grants.NONE, disk.root).bridged();
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
        assertMadeAlike(TestHost.command("/bin/sleep", SECONDS).but().user("web").groups(List.of("0", "1234")).hostname("same").mounts(List.of(new Mount.Secret("db", null, null, null, null, null, "TOKEN"))).build());
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

    @Test
    void theScriptHasCrunMakeTheSameContainer() throws Exception {
        assertMadeAlike(
                TestHost.command("/bin/sleep", SECONDS)
                        .but()
                        .runtime("crun")
                        .user("web")
                        .workingDir("/srv/made")
                        .hostname("same")
                        .env(Map.of("QUOTED", "it's $HOME \\ \"x\""))
                        .resources(Resources.DEFAULT.but().cpu(new MilliCpu(1500)).cpuset("0").memory(Bytes.mebi(64)).pids(50).build())
                        .init(false)
                        .build());
    }

    @Test
    void theScriptMakesTheSameContainerOnSeveralNetworks() throws Exception {
        Path log = assertMadeAlike(
                TestHost.command("/bin/sleep", SECONDS).but().hostname("same").build(),
                List.of(TestBridge.attachment(host.node, 5), TestBridge.attachment(host.node, 7)));
        assertThat(log).content().isEmpty();
    }

    private void assertMadeAlike(ContainerSpec spec) throws Exception {
        assertMadeAlike(spec, Optional.of(TestBridge.attachment(host.node, 5)));
    }

    @Test
    void theScriptTouchesNothingThatRuns() throws Exception {
        ContainerId id = TestHost.newId();
        Running running = host.runtime.start(host.request(id, TestHost.command("/bin/sleep", "1000")));
        Path script = host.folder.resolve("start.sh");
        Files.writeString(script, host.runtime.script(id));

        Process naive = new ProcessBuilder("bash", script.toString()).redirectErrorStream(true).start();

        assertThat(new String(naive.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .startsWith("a container runs in /sys/fs/cgroup/")
                .endsWith("perhaps this very one: stop it first, or set other values of FOLDER, SOCKETS, SLOT, FIRST_ID\n");
        assertThat(naive.waitFor()).isEqualTo(1);
        assertThat(host.runtime.processes(id)).anyMatch(process -> process.nodePid() == running.pid());
        assertThat(host.runtime.folders().container(id).resolve("layer").resolve("work").resolve("work")).isDirectory();
    }

    private void assertMadeAlike(ContainerSpec spec, Optional<Attachment> network) throws Exception {
        assertMadeAlike(spec, network.stream().toList());
    }

    /** @return what the script said */
    private Path assertMadeAlike(ContainerSpec spec, List<Attachment> networks) throws Exception {
        ContainerId id = TestHost.newId();
        RunRequest plain = host.request(id, spec);
        KeptFiles files = new KeptFiles(List.of(new KeptFiles.One("secret", "db", SECRET.getBytes(StandardCharsets.UTF_8))));
        Running running = host.runtime.start(new RunRequest(plain.container(), plain.run(), plain.layers(), networks, files));
        Path script = host.folder.resolve("start.sh");
        Files.writeString(script, host.runtime.script(id));
        Process byHand = byHand(script);
        long theirs = command(byHand, script);
        try {
            long ours = spec.init() ? onlyChild(running.pid()) : running.pid();
            Map<String, String> expected = Seen.of(ours);
            Map<String, String> actual = Seen.of(theirs);
            expected.forEach((what, text) -> assertThat(actual.get(what)).as(what).isEqualTo(text));
            if (!networks.isEmpty()) {
                assertThat(interfaces(theirs)).isEqualTo(interfaces(ours));
            }
        } finally {
            ProcessHandle.of(theirs).ifPresent(ProcessHandle::destroyForcibly);
        }
        assertThat(byHand.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(byHand.exitValue()).isEqualTo(137);
        assertThat(left()).as("what the script leaves").isEmpty();
        return host.folder.resolve("byhand.log");
    }

    /** Their names and whether they are up: addresses can't be the same beside each other. */
    private static String interfaces(long pid) throws Exception {
        Process ip = new ProcessBuilder("nsenter", "-t", Long.toString(pid), "-n", "sh", "-c", "ip -br link | awk '{sub(\"@.*\", \"\", $1); print $1, $2}'").start();
        String text = new String(ip.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(ip.waitFor()).isZero();
        return text;
    }

    /** In a shell that knows the machine's usual tools and nothing else, and ignores hang-ups as below nohup. */
    private Process byHand(Path script) throws IOException {
        ProcessBuilder shell = new ProcessBuilder("bash", "-c", "trap '' HUP; exec bash " + script).directory(host.folder.toFile());
        shell.environment().clear();
        shell.environment()
                .putAll(Map.of(
                        "LINK_1", "gvc" + host.node.substring(1, 9),
                        "ADDRESS_1", TestBridge.attachment(host.node, 8).address().toString(),
                        "MAC_1", TestBridge.attachment(host.node, 8).mac().value()));
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
        return Seen.text("/proc/" + pid + "/cmdline").replace('\0', ' ').strip();
    }

    private List<String> left() throws IOException {
        List<String> found = new ArrayList<>(host.leftovers());
        found.removeIf(line -> !line.contains("byhand"));
        host.bridge.links.links().stream().map(link -> link.name()).filter(name -> name.endsWith(host.node.substring(1, 9))).filter(name -> name.startsWith("gvb") || name.startsWith("gvc") || name.startsWith("gpb")).forEach(found::add);
        return found;
    }
}
