package io.gantry.agent.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.agent.plan.Parking;
import io.gantry.agent.plan.Slot;
import io.gantry.agent.plan.Step;
import io.gantry.contracts.view.Explanation;
import io.gantry.agent.runtime.Grants;
import io.gantry.agent.runtime.Running;
import io.gantry.agent.runtime.StartFailure;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.Security;
import io.gantry.kernel.netlink.route.Link;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Containers from processes that were ready before anybody asked. */
@Timeout(60)
class ParkedIT {
    /** All that a container can see of how it was made. */
    private static final String LOOK =
            "cat /proc/self/mountinfo /proc/self/cgroup /proc/self/limits; grep -E '^(Uid|Gid|Groups|Cap|Seccomp|NoNew|Speculation)' /proc/self/status;"
                    + " ls -l /dev /dev/pts /proc/self/fd; ip -o address | grep -v inet6; ip route; cat /sys/class/net/eth0/mtu /sys/class/net/eth0/address;"
                    + " hostname; env; pwd; readlink /proc/self/ns/user > /dev/null; ps";

    @AutoClose private final TestHost host = TestHost.make().bridged();

    @BeforeEach
    void boot() throws Exception {
        host.runtime.close();
        host.park(host.settings.withParked(2));
    }

    private Running start(ContainerId id, ContainerSpec spec) throws StartFailure, IOException {
        return host.runtime.start(host.request(id, spec, 1, Optional.of(TestBridge.attachment(host.node, 5))));
    }

    private String seen(ContainerId id) throws Exception {
        start(id, TestHost.shell(LOOK).but().hostname("same").build());
        assertThat(host.awaitEnd(id).code()).isZero();
        String output = host.output(id);
        host.runtime.remove(id);
        return output.replace(id.value(), "ID").replace(id.shortForm(), "ID");
    }

    @Test
    void oneFromAParkedProcessIsAsOneMadeFromNothing() throws Exception {
        List<String> first = normal(seen(TestHost.newId()));
        host.runtime.close();
        host.boot(StepListener.NONE);
        assertThat(first).isEqualTo(normal(seen(TestHost.newId())));
    }

    /** Without what differs from container to container: numbers of mounts, descriptors, ids and moments. Mounts are listed in the order of their numbers. */
    private static List<String> normal(String seen) {
        return seen.lines()
                .map(line -> line.replaceAll("^\\d+ \\d+ \\d+:\\d+ (.* - )", "mount $1"))
                .map(line -> line.replaceAll("fd/\\d+", "fd").replaceAll("([ug]id)=\\d+", "$1"))
                .map(line -> line.replaceAll("\\d+:\\d+", "#").replaceAll("@if\\d+", "@if").replaceAll("^\\d+: ", ""))
                .map(line -> line.replaceAll("[A-Z][a-z]{2} +\\d+ #", "#").replaceAll("(pipe|socket):\\[\\d+\\]", "$1"))
                .sorted()
                .toList();
    }

    @Test
    void saysWhatWasDoneAhead() throws Exception {
        ContainerId id = TestHost.newId();
        start(id, TestHost.shell("true"));
        Explanation told = host.runtime.explain(id);
        List<String> ahead = Parking.steps(new Slot("s00000", host.settings.range(0)), "/places", "/names", host.settings.cgroups(), true).stream().map(Step::title).toList();
        assertThat(told.steps().stream().filter(Explanation.Step::ahead).map(Explanation.Step::title)).containsExactlyInAnyOrderElementsOf(ahead);
        host.awaitEnd(id);
    }

    @Test
    void oneThatNeedsOtherThingsIsMadeFromNothing() throws Exception {
        ContainerId id = TestHost.newId();
        host.runtime.start(host.request(id, TestHost.shell("ls /sys/class/net")));
        host.awaitEnd(id);
        assertThat(host.output(id)).isEqualTo("lo\n");
        assertThat(host.runtime.explain(id).steps()).noneMatch(Explanation.Step::ahead);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{'privileged': true}", "{'sysctls': {'net.core.somaxconn': '64'}}"})
    void oneWhosePreparationsDifferIsMadeFromNothing(String security) throws Exception {
        host.runtime.close();
        host.park(host.settings.withParked(2).granting(Grants.parse(List.of("privileged"))));
        ContainerId id = TestHost.newId();
        start(id, TestHost.shell("true").but().security(Json.read(security.replace('\'', '"'), Security.class)).build());
        assertThat(host.awaitEnd(id).code()).isZero();
        assertThat(host.runtime.explain(id).steps()).noneMatch(Explanation.Step::ahead);
        assertThat(host.runtime.awaitParked(Means.PATIENCE)).isTrue();
        ContainerId usual = TestHost.newId();
        start(usual, TestHost.shell("true"));
        assertThat(host.runtime.explain(usual).steps()).as("the parked ones are there still").anyMatch(Explanation.Step::ahead);
        host.awaitEnd(usual);
    }

    @Test
    void othersAreParkedAfterwards() throws Exception {
        for (int i = 0; i < 5; i++) {
            ContainerId id = TestHost.newId();
            start(id, TestHost.shell("true"));
            assertThat(host.runtime.explain(id).steps()).as("start %d", i).anyMatch(Explanation.Step::ahead);
            host.awaitEnd(id);
            host.runtime.remove(id);
            assertThat(host.runtime.awaitParked(Means.PATIENCE)).isTrue();
        }
    }

    @Test
    void oneThatWasKilledIsNotUsed() throws Exception {
        Path groups = Path.of("/sys/fs/cgroup/unified/gantry-test/gantry", host.node);
        for (String slot : List.of("s00000", "s00001")) {
            Files.writeString(groups.resolve(slot).resolve("cgroup.kill"), "1");
            awaitEmpty(groups.resolve(slot));
        }
        ContainerId id = TestHost.newId();
        start(id, TestHost.shell("exit 3"));
        assertThat(host.awaitEnd(id).code()).isEqualTo(3);
    }

    private static void awaitEmpty(Path group) throws Exception {
        while (!Files.readString(group.resolve("cgroup.events")).contains("populated 0")) {
            Thread.sleep(5);
        }
        // the launcher, which is not in the group, tells the agent as soon as it has reaped it
        Thread.sleep(100);
    }

    /** The last that it prepares is to let go of the host's root. */
    @Test
    void itHasPreparedAllBeforeItCountsAsReady() throws Exception {
        for (String slot : List.of("s00000", "s00001")) {
            String pid = Files.readString(Path.of("/sys/fs/cgroup/unified/gantry-test/gantry", host.node, slot, "cgroup.procs")).strip();
            assertThat(Files.readString(Path.of("/proc", pid, "mountinfo")).lines().filter(line -> line.split(" ")[4].equals("/")))
                    .as(slot).singleElement().asString().contains(" - tmpfs ");
        }
    }

    @Test
    void itsFoldersBecomeTheContainers() throws Exception {
        Path spares = host.settings.data().resolve("spares");
        Path sockets = host.settings.run().resolve("spares");
        Set<Object> before = Set.of(inode(spares.resolve("s00000")), inode(spares.resolve("s00001")));
        Set<Object> socketsBefore = Set.of(inode(sockets.resolve("s00000")), inode(sockets.resolve("s00001")));
        ContainerId id = TestHost.newId();
        start(id, TestHost.shell("sleep 100"));
        assertThat(inode(host.runtime.folders().container(id))).isIn(before);
        assertThat(inode(host.runtime.folders().sockets(id))).isIn(socketsBefore);
        host.runtime.remove(id);
        host.runtime.close();
        assertThat(spares).doesNotExist();
        assertThat(sockets).doesNotExist();
    }

    private static Object inode(Path path) throws IOException {
        return Files.getAttribute(path, "unix:ino");
    }

    /** Promptness is the monitor's alone: of a command the kernel thinks as of anybody. */
    @Test
    void onlyItsMonitorComesBeforeOthers() throws Exception {
        ContainerId id = TestHost.newId();
        int first = start(id, TestHost.shell("sleep 100")).pid();
        String status = Files.readString(Path.of("/proc", Integer.toString(first), "status"));
        int monitor = Integer.parseInt(status.lines().filter(line -> line.startsWith("PPid:")).findFirst().orElseThrow().substring(5).strip());
        assertThat(policy(monitor)).contains("SCHED_OTHER|SCHED_RESET_ON_FORK");
        assertThat(slice(Integer.toString(monitor))).as("as of Linux 6.12").singleElement().asString().endsWith(" 100000");
        List<String> inside = Files.readAllLines(Path.of("/proc", Integer.toString(first), "task", Integer.toString(first), "children")).stream()
                .flatMap(line -> Stream.of(line.split(" "))).toList();
        assertThat(inside).isNotEmpty();
        for (String pid : inside) {
            assertThat(policy(Integer.parseInt(pid))).contains("SCHED_OTHER").doesNotContain("RESET");
            assertThat(slice(pid)).isEqualTo(slice("self"));
        }
        host.runtime.remove(id);
    }

    private static String policy(int pid) throws Exception {
        Process chrt = new ProcessBuilder("chrt", "-p", Integer.toString(pid)).start();
        return new String(chrt.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static List<String> slice(String pid) throws IOException {
        return Files.readAllLines(Path.of("/proc", pid, "sched")).stream().filter(line -> line.startsWith("se.slice")).toList();
    }

    @Test
    void aStartThatFailsTakesItBack() throws Exception {
        ContainerId id = TestHost.newId();
        assertThatThrownBy(() -> start(id, TestHost.command("/no/such"))).isInstanceOf(StartFailure.class).hasMessageContaining("was not found in the container");
        ContainerId next = TestHost.newId();
        start(next, TestHost.shell("exit 3"));
        assertThat(host.awaitEnd(next).code()).isEqualTo(3);
        host.runtime.remove(next);
        host.runtime.close();
        assertThat(host.leftovers()).isEmpty();
        assertThat(cables()).isEmpty();
    }

    @Test
    void closingLeavesNothing() throws Exception {
        assertThat(host.leftovers()).isNotEmpty();
        host.runtime.close();
        assertThat(host.leftovers()).isEmpty();
        assertThat(cables()).isEmpty();
    }

    @Test
    void anAgentKilledWithParkedProcessesLeavesNothing() throws Exception {
        host.runtime.close();
        Process agent =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow", "-cp", System.getProperty("java.class.path"), HaltingAgent.class.getName(),
                                host.folder.toString(), host.node, "3")
                        .redirectErrorStream(true)
                        .redirectOutput(new File(host.folder.toFile(), "agent.log"))
                        .start();
        assertThat(agent.waitFor()).as(Files.readString(host.folder.resolve("agent.log"))).isEqualTo(137);
        host.boot(StepListener.NONE);
        assertThat(host.runtime.recover()).isEmpty();
        assertThat(host.leftovers()).isEmpty();
        assertThat(cables()).isEmpty();
    }

    @Test
    void whenTheIdRangesAreUsedUpAParkedOneGivesItsOwn() throws Exception {
        RuntimeSettings now = host.settings;
        host.runtime.close();
        host.park(new RuntimeSettings(now.data(), now.run(), now.firstId(), 2, now.cgroups()).withParked(1));
        for (int i = 0; i < 2; i++) {
            host.runtime.start(host.request(TestHost.newId(), TestHost.shell("sleep 100")));
        }
        assertThatThrownBy(() -> host.runtime.start(host.request(TestHost.newId(), TestHost.shell("sleep 100"))))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("all 2 id ranges of this agent are in use");
    }

    /** A network namespace goes in its own time, and its cable with it. */
    private List<String> cables() throws InterruptedException {
        List<String> found = List.of();
        for (int i = 0; i < 100; i++) {
            String own = Integer.toHexString(host.settings.firstId()).substring(0, 3);
            found = host.bridge.links.links().stream().map(Link::name).filter(name -> name.startsWith("gp" + own)).toList();
            if (found.isEmpty()) {
                return found;
            }
            Thread.sleep(50);
        }
        return found;
    }
}
