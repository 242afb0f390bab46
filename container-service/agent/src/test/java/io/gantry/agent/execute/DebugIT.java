package io.gantry.agent.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.agent.image.Layer;
import io.gantry.agent.runtime.ExecSession;
import io.gantry.agent.runtime.Grants;
import io.gantry.agent.runtime.Running;
import io.gantry.agent.runtime.StartFailure;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.DebugSpec;
import io.gantry.contracts.spec.ExecSpec;
import io.gantry.contracts.spec.ImageConfig;
import io.gantry.contracts.unit.Capability;
import io.gantry.contracts.unit.Digest;
import io.gantry.kernel.capabilities.CapabilitySets;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Looking into a container that has one static program and nothing else: no shell, no /etc, no /tmp. */
@Timeout(60)
class DebugIT {
    private static final ImageConfig TOOLBOX = new ImageConfig(null, List.of("sh"), Map.of("TOOLS", "busybox"), null, null, null, null, null);
    @AutoClose private static TestHost host = TestHost.make(Grants.NONE);
    private static Path scratch;
    private ContainerId id = TestHost.newId();

    @BeforeAll
    static void makeImage() throws Exception {
        scratch = Files.createDirectory(host.folder.resolve("scratch"));
        // by its name it knows what to do
        Files.copy(Path.of("/bin/busybox"), scratch.resolve("sleep"));
    }

    @AfterEach
    void cleanUp() {
        host.runtime.remove(id);
    }

    private static Running start(ContainerId id, String user, boolean init) throws Exception {
        ContainerSpec spec = TestHost.command("/sleep", "1000").but().user(user).init(init).build();
        return host.runtime.start(TestHost.request(id, spec, 1, Optional.empty(), scratch));
    }

    private static DebugSpec spec(String user, boolean tty, boolean privileged, String... command) {
        return new DebugSpec(null, List.of(command), Map.of("GIVEN", "too"), user, tty, true, privileged);
    }

    private ExecSession open(DebugSpec spec) throws StartFailure {
        return host.runtime.debug(id, spec, TOOLBOX, List.of(new Layer.Folder(Digest.ofHex("ab".repeat(32)), host.layer)));
    }

    private String output(DebugSpec spec) throws Exception {
        try (ExecSession session = open(spec)) {
            session.stdin().close();
            String out = text(session.stdout().readAllBytes());
            String err = text(session.stderr().readAllBytes());
            assertThat(session.waitForExit()).as(out + err).isZero();
            return out;
        }
    }

    private String shell(String script) throws Exception {
        return output(spec(null, false, false, "sh", "-c", script));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Test
    void bringsToolsToWhereThereAreNone() throws Exception {
        start(id, null, false);
        assertThatThrownBy(() -> host.runtime.exec(id, new ExecSpec(List.of("sh"), null, null, null, false, false))).hasMessageContaining("'sh' was not found");

        assertThat(shell("ls /container; cat /proc/1/cmdline | tr '\\0' ' '").lines()).contains("sleep", "etc", "/sleep 1000 ");
        assertThat(shell("ls /proc/1/root").lines()).contains("sleep").doesNotContain("bin");
        assertThat(shell("echo $TOOLS $GIVEN; hostname; pwd; cat /etc/hostname").lines()).containsExactly("busybox too", id.shortForm(), "/", id.shortForm());
        assertThat(output(new DebugSpec(null, null, null, null, false, true, false))).as("the image's own command, which reads nothing").isEmpty();
    }

    @Test
    void isInTheContainersNamespacesButForItsMounts() throws Exception {
        start(id, null, false);
        Set<String> same = shell("for n in pid net ipc uts user cgroup mnt; do [ $(readlink /proc/self/ns/$n) = $(readlink /proc/1/ns/$n) ] && echo $n; done; true").lines().collect(Collectors.toSet());
        assertThat(same).containsExactlyInAnyOrder("pid", "net", "ipc", "uts", "user", "cgroup");
    }

    @Test
    void seesTheNamesOfWhoseNetworkTheContainerShares() throws Exception {
        ContainerId other = TestHost.newId();
        start(other, null, false);
        ContainerSpec spec = TestHost.command("/sleep", "1000").but().init(false).network("container:" + other).build();
        host.runtime.start(TestHost.request(id, spec, 1, Optional.empty(), scratch));
        assertThat(shell("cat /etc/hostname; hostname").lines()).containsExactly(other.shortForm(), other.shortForm());
        host.runtime.remove(other);
        assertThat(shell("cat /etc/hostname")).as("when that one is gone from the disk, too").isEqualTo(other.shortForm() + "\n");
    }

    @Test
    void mayDoNoMoreThanTheContainer() throws Exception {
        start(id, null, false);
        String status = shell("cat /proc/1/status; echo ---; cat /proc/self/status");
        for (String line : new String[] {"CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "NoNewPrivs", "Seccomp"}) {
            List<String> both = status.lines().filter(one -> one.startsWith(line + ":")).toList();
            assertThat(both).hasSize(2);
            assertThat(both.getLast()).as("not more than process 1").isEqualTo(both.getFirst());
        }
        assertThat(shell("umount /container 2>&1; mount -t proc p /tmp 2>&1; mknod /tmp/n c 1 1 2>&1; head -c 1 /proc/kcore | wc -c; echo x > /proc/sys/kernel/domainname; true"))
                .contains("umount: can't unmount /container", "permission denied", "mknod: /tmp/n: Operation not permitted", "0");
    }

    @Test
    void isTheContainersUserUnlessAskedForAnother() throws Exception {
        start(id, "33:34", false);
        assertThat(shell("id -u; id -g; grep CapEff /proc/self/status; ls /proc/1/root | grep sleep").lines()).containsExactly("33", "34", "CapEff:\t0000000000000000", "sleep");
        assertThat(output(spec("0", false, false, "id", "-u"))).isEqualTo("0\n");
    }

    @Test
    void writesReachTheContainerOnlyWhereItsRootIsSeen() throws Exception {
        start(id, null, true);
        shell("echo tool > /bin/new; rm /etc/passwd; echo inside > /container/made");
        Path upper = host.runtime.folders().upper(id);
        assertThat(upper.resolve("made")).hasContent("inside");
        assertThat(Files.getAttribute(upper.resolve("made"), "unix:uid")).isEqualTo(0);
        assertThat(upper.resolve("bin")).doesNotExist();
        assertThat(host.layer.resolve("bin/new")).doesNotExist();
        assertThat(host.layer.resolve("etc/passwd")).exists();
        assertThat(shell("ls /bin/new 2>/dev/null; ls /etc/passwd")).as("each begins anew").isEqualTo("/etc/passwd\n");
    }

    @Test
    void hasATerminalWithSizeAndAnExitCode() throws Exception {
        start(id, null, true);
        try (ExecSession session = open(spec(null, true, false, "sh", "-c", "read x; stty size; echo got $x; exit 7"))) {
            session.resize(33, 101);
            session.stdin().write("hello\n".getBytes(StandardCharsets.UTF_8));
            assertThat(text(session.stdout().readAllBytes())).contains("33 101\r\n", "got hello\r\n");
            assertThat(session.waitForExit()).isEqualTo(7);
        }
    }

    @Test
    void nothingIsLeftHoweverItEnds() throws Exception {
        start(id, null, true);
        Traces before = traces();

        // what makes a session of its own is not spared
        shell("busybox setsid sleep 1000 & busybox setsid sh -c 'sleep 1000 & sleep 1000' & echo x > /file");
        assertThat(traces()).as("after its own end").isEqualTo(before);

        try (ExecSession session = open(spec(null, false, false, "sh", "-c", "busybox setsid sleep 1000 & echo up; cat; sleep 1000"))) {
            assertThat(session.stdout().read()).isEqualTo('u');
            assertThat(traces().groups()).hasSize(before.groups().size() + 1);
            assertThat(traces().mountTables()).isEqualTo(before.mountTables() + 1);
            session.kill();
            assertThat(session.waitForExit()).isEqualTo(137);
        }
        assertThat(traces()).as("after its client has gone").isEqualTo(before);

        assertThatThrownBy(() -> open(spec(null, false, false, "nowhere"))).hasMessageContaining("'nowhere' was not found");
        assertThat(traces()).as("after it could not begin").isEqualTo(before);
        assertThatThrownBy(() -> open(spec("ghost", false, false, "sh"))).hasMessageContaining("no user 'ghost'");
        assertThat(traces()).as("after a step on the host failed").isEqualTo(before);
    }

    @Test
    void endsWithItsContainer() throws Exception {
        start(id, null, true);
        try (ExecSession session = open(spec(null, false, false, "sh", "-c", "busybox setsid sleep 1000 & echo up; sleep 1000"))) {
            assertThat(session.stdout().read()).isEqualTo('u');
            host.runtime.kill(id);
            assertThat(session.waitForExit()).isEqualTo(137);
        }
        host.awaitEnd(id);
        host.runtime.remove(id);
        assertThat(host.leftovers()).isEmpty();
    }

    @Test
    void anAgentThatComesBackEndsWhatItsClientsLeft() throws Exception {
        start(id, null, true);
        Traces before = traces();
        ExecSession session = open(spec(null, false, false, "sh", "-c", "busybox setsid sleep 1000 & echo up; sleep 1000"));
        assertThat(session.stdout().read()).isEqualTo('u');
        host.runtime.close();
        assertThat(traces()).isNotEqualTo(before);

        host.boot(StepListener.NONE);
        host.runtime.recover();

        assertThat(traces()).isEqualTo(before);
        assertThat(shell("echo again")).isEqualTo("again\n");
    }

    @Test
    void moreRightsNeedAGrantOfTheNode() throws Exception {
        start(id, "33", true);
        assertThatThrownBy(() -> open(spec(null, false, true, "id")))
                .isInstanceOfSatisfying(StartFailure.class, e -> {
                    assertThat(e.failure().step()).isEqualTo("grant");
                    assertThat(e.failure().detail()).isEqualTo("this node doesn't grant those who look into one debug:privileged");
                    assertThat(e.failure().hint()).isEqualTo("leave it out, or start the node's agent with --allow debug:privileged (GANTRY_ALLOW of ./gantry up)");
                });
        host.runtime.kill(id);
        host.awaitEnd(id);
        TestHost usual = host;
        try (TestHost granting = TestHost.make(Grants.parse(List.of("debug:privileged")))) {
            host = granting;
            ContainerId other = id;
            id = TestHost.newId();
            start(id, "33", true);
            String out = output(spec(null, false, true, "sh", "-c", "id -u; grep CapEff /proc/self/status"));
            assertThat(out).startsWith("0\n");
            assertThat(CapabilitySets.of(Long.parseLong(out.substring(out.indexOf('\t') + 1).strip(), 16))).contains(Capability.SYS_ADMIN, Capability.SYS_PTRACE);
            granting.runtime.kill(id);
            granting.awaitEnd(id);
            id = other;
        } finally {
            host = usual;
        }
    }

    @Test
    void saysWhyItCannot() throws Exception {
        assertThatThrownBy(() -> open(spec(null, false, false, "sh"))).hasMessageContaining("the container isn't running");
        start(id, null, true);
        host.runtime.pause(id);
        assertThatThrownBy(() -> open(spec(null, false, false, "sh"))).hasMessageContaining("the container is paused");
        host.runtime.unpause(id);
    }

    /** What a session could leave on the host: groups below the container's, its processes, tables of mounts that anybody has. */
    private record Traces(Set<String> groups, Set<String> processes, long mountTables, String mounts) {}

    private static Traces traces() throws IOException {
        Path all = host.group("unified").getParent();
        Set<String> groups = new TreeSet<>();
        Set<String> processes = new TreeSet<>();
        try (Stream<Path> found = Files.walk(all)) {
            for (Path folder : found.filter(Files::isDirectory).toList()) {
                groups.add(all.relativize(folder).toString());
                processes.addAll(Files.readAllLines(folder.resolve("cgroup.procs")));
            }
        }
        Set<String> tables = new TreeSet<>();
        for (String process : processes) {
            table(process).ifPresent(tables::add);
        }
        return new Traces(groups, processes, tables.size(), Files.readString(Path.of("/proc/self/mounts")));
    }

    private static Optional<String> table(String process) throws IOException {
        try {
            return Optional.of(Files.readSymbolicLink(Path.of("/proc", process, "ns/mnt")).toString());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }
}
