package io.gantry.agent.oci.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.agent.oci.config.ConfigReader;
import io.gantry.agent.plan.BundleInsideStep.AwaitStart;
import io.gantry.agent.plan.BundleInsideStep.BecomeNumbers;
import io.gantry.agent.plan.BundleStep.CloneMounts;
import io.gantry.agent.plan.BundleStep.SpawnLeaving;
import io.gantry.agent.plan.FileSystemStep.LeaveHost;
import io.gantry.agent.plan.FileSystemStep.Mount;
import io.gantry.agent.plan.MountChange;
import io.gantry.agent.plan.Plan;
import io.gantry.agent.plan.PrivilegeStep.NoNewPrivileges;
import io.gantry.agent.plan.PrivilegeStep.Seccomp;
import io.gantry.agent.plan.Step;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.problem.BadField;
import io.gantry.kernel.syscall.LinuxHeader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BundlePlannerTest {
    private static final BundleInput.Trees TREES = new BundleInput.Trees("/sys/fs/cgroup", List.of("cpuset", "devices", "memory", "pids", "systemd"), List.of("systemd"), List.of());
    private ObjectNode spec;
    private Optional<String> console = Optional.empty();
    private BundleInput.Trees trees = TREES;

    @BeforeEach
    void readSpec() throws IOException {
        spec = (ObjectNode) Json.mapper().readTree(Files.readString(Path.of("src/test/resources/oci/runc-spec.json")));
        process().put("terminal", false);
    }

    private ObjectNode process() {
        return (ObjectNode) spec.get("process");
    }

    private ObjectNode linux() {
        return (ObjectNode) spec.get("linux");
    }

    private ArrayNode namespaces() {
        return (ArrayNode) linux().get("namespaces");
    }

    private ObjectNode mount() {
        return ((ArrayNode) spec.get("mounts")).addObject();
    }

    private Plan plan() {
        BundleInput input = new BundleInput(
                "box", "/bundle", "/run/gantry-runc/box/start", console, trees, Map.of("/host/folder", true, "/host/file", false), "6.18.0");
        return BundlePlanner.plan(ConfigReader.read(spec.toString(), "/bundle"), input);
    }

    private int place(Plan plan, Class<? extends Step> kind) {
        return plan.steps().indexOf(plan.steps().stream().filter(kind::isInstance).findFirst().orElseThrow());
    }

    @Test
    void printsThePlanOfWhatRuncSpecWritesAsInTheGoldenFile() throws IOException {
        process().put("terminal", true);
        console = Optional.of("/tmp/console");
        golden("runc-spec.plan.txt", plan().print());
    }

    @Test
    void printsThePlanOfABundleWithAUserNamespaceAsInTheGoldenFile() throws IOException {
        namespaces().addObject().put("type", "user");
        namespaces().addObject().put("type", "cgroup");
        linux().putArray("uidMappings").addObject().put("containerID", 0).put("hostID", 100000).put("size", 65536);
        linux().putArray("gidMappings").addObject().put("containerID", 0).put("hostID", 100000).put("size", 65536);
        linux().put("cgroupsPath", "/pod/box");
        linux().putObject("sysctl").put("net.core.somaxconn", "256");
        linux().withObject("/resources/memory").put("limit", 1 << 25);
        linux().putObject("seccomp").put("defaultAction", "SCMP_ACT_ALLOW");
        mount().put("destination", "/etc/hosts").put("type", "bind").put("source", "/host/file").putArray("options").add("rbind").add("ro").add("rprivate");
        ((ObjectNode) process().get("user")).put("uid", 33).put("gid", 34).put("umask", 18).putArray("additionalGids").add(40);
        golden("user-namespace.plan.txt", plan().print());
    }

    @Test
    void printsThePlanOnAHostWithCgroupV2AloneAsInTheGoldenFile() throws IOException {
        trees = BundleInput.Trees.alone("/sys/fs/cgroup", List.of("cpu", "memory", "pids", "cpuset", "io", "hugetlb"));
        namespaces().addObject().put("type", "cgroup");
        ObjectNode resources = (ObjectNode) linux().get("resources");
        resources.withObject("/memory").put("limit", 64 << 20).put("swap", 80 << 20).put("reservation", 32 << 20);
        resources.withObject("/cpu").put("shares", 512).put("quota", 50_000).put("period", 100_000).put("cpus", "0");
        resources.withObject("/pids").put("limit", 20);
        ObjectNode io = resources.putObject("blockIO").put("weight", 500);
        io.putArray("throttleReadBpsDevice").addObject().put("major", 8).put("minor", 0).put("rate", 1024);
        resources.putObject("unified").put("memory.high", "50000000");
        golden("unified.plan.txt", plan().print());
    }

    @Test
    void onCgroupV2WhatItLacksIsRefused() {
        trees = BundleInput.Trees.alone("/sys/fs/cgroup", List.of("cpu", "pids"));
        ObjectNode resources = (ObjectNode) linux().get("resources");
        resources.withObject("/cpu").put("realtimeRuntime", 5);
        assertThatThrownBy(this::plan).isInstanceOf(BadField.class).hasMessageContaining("linux.resources.cpu.realtimeRuntime isn't honoured: cgroup v2 has no such limit");
        resources.remove("cpu");
        resources.putObject("memory").put("swap", 5);
        assertThatThrownBy(this::plan).isInstanceOf(BadField.class).hasMessageContaining("it says nothing of swap without linux.resources.memory.limit");
        resources.putObject("memory").put("limit", 5);
        assertThatThrownBy(this::plan).isInstanceOf(BadField.class).hasMessageContaining("linux.resources.memory.limit can't be honoured: the controller memory isn't there on this host");
    }

    @Test
    void onCgroupV1FilesOfV2AreRefused() {
        ((ObjectNode) linux().get("resources")).putObject("unified").put("memory.high", "1");
        assertThatThrownBy(this::plan).isInstanceOf(BadField.class).hasMessageContaining("linux.resources.unified isn't honoured: this host limits by cgroup v1");
    }

    private static void golden(String name, String text) throws IOException {
        Path golden = Path.of("src/test/resources/oci", name);
        if (System.getProperty("golden.write") != null) {
            Files.writeString(golden, text);
        }
        assertThat(text).isEqualTo(Files.readString(golden));
    }

    @Test
    void waitsForTheWordToStartAsTheLastThingButTheFilterAndTheProgram() {
        linux().putObject("seccomp").put("defaultAction", "SCMP_ACT_ALLOW");
        Plan plan = plan();
        assertThat(place(plan, Seccomp.class)).isEqualTo(place(plan, AwaitStart.class) + 1);
        assertThat(place(plan, NoNewPrivileges.class)).isLessThan(place(plan, AwaitStart.class));
    }

    @Test
    void withoutThePromiseToGainNoPrivilegesTheFilterComesBeforeTheyAreLaidDown() {
        process().put("noNewPrivileges", false);
        linux().putObject("seccomp").put("defaultAction", "SCMP_ACT_ALLOW");
        Plan plan = plan();
        assertThat(place(plan, Seccomp.class)).isLessThan(place(plan, BecomeNumbers.class));
        assertThat(plan.steps()).noneMatch(NoNewPrivileges.class::isInstance);
    }

    @Test
    void whatIsMountedByPathIsMountedOnceTheHostIsOutOfSight() {
        Plan plan = plan();
        int first = plan.steps().indexOf(plan.steps().stream().filter(Mount.class::isInstance).findFirst().orElseThrow());
        assertThat(first).isGreaterThan(place(plan, LeaveHost.class));
    }

    @Test
    void inAUserNamespaceProcAndSysComeWhileTheHostsAreInSight() {
        namespaces().addObject().put("type", "user");
        linux().putArray("uidMappings").addObject().put("containerID", 0).put("hostID", 100000).put("size", 65536);
        linux().putArray("gidMappings").addObject().put("containerID", 0).put("hostID", 100000).put("size", 65536);
        Plan plan = plan();
        assertThat(plan.steps().subList(0, place(plan, LeaveHost.class)).stream().filter(Mount.class::isInstance).map(Mount.class::cast).map(Mount::type))
                .containsExactly("proc", "sysfs");
    }

    @Test
    void aUserNamespaceThatIsThereIsEnteredAfterTheOthers() {
        namespaces().removeAll();
        namespaces().addObject().put("type", "mount");
        namespaces().addObject().put("type", "user").put("path", "/proc/1/ns/user");
        namespaces().addObject().put("type", "network").put("path", "/run/netns/x");
        namespaces().addObject().put("type", "uts");
        SpawnLeaving spawn = (SpawnLeaving) plan().steps().get(place(plan(), SpawnLeaving.class));
        assertThat(spawn.entered()).extracting(Object::toString).containsExactly("<network>", "<user>");
        assertThat(spawn.made()).isEqualTo(LinuxHeader.CLONE_NEWNS | LinuxHeader.CLONE_NEWUTS);
    }

    @Test
    void aBindIsReadOnlyByItselfAndSpreadsAsItSays() {
        mount().put("destination", "/data/").put("source", "/host/folder").putArray("options").add("rbind").add("ro").add("nosuid").add("rshared");
        CloneMounts bind = (CloneMounts) plan().steps().stream().filter(step -> step instanceof CloneMounts clone && clone.path().equals("/host/folder")).findFirst().orElseThrow();
        assertThat(bind.all()).isTrue();
        assertThat(bind.changes())
                .containsExactly(
                        MountChange.of(LinuxHeader.MOUNT_ATTR_RDONLY, 0, false), MountChange.of(LinuxHeader.MOUNT_ATTR_NOSUID, 0, false),
                        MountChange.spreading(LinuxHeader.MS_SHARED, true));
    }

    @Test
    void refusesWhatItCannotMountByName() {
        mount().put("destination", "/data").put("type", "bind").put("source", "/host/missing");
        assertThatThrownBy(this::plan).isInstanceOf(BadField.class).hasMessage("mounts[7].source: /host/missing isn't there");
        ((ArrayNode) spec.get("mounts")).remove(7);
        mount().put("destination", "/data").put("type", "tmpfs").putArray("options").add("tmpcopyup");
        assertThatThrownBy(this::plan).hasMessage("mounts[7].options: tmpcopyup isn't honoured");
        ((ArrayNode) spec.get("mounts")).remove(7);
        mount().put("destination", "/a/../..").put("type", "tmpfs");
        assertThatThrownBy(this::plan).hasMessageContaining("mounts[7].destination is a path below the container's root");
    }

    @Test
    void refusesALimitWhoseTreeThisHostLacks() {
        linux().withObject("/resources/cpu").put("shares", 512);
        assertThatThrownBy(this::plan).isInstanceOf(BadField.class).hasMessage("linux.resources.cpu.shares can't be honoured: this host has no cgroup v1 tree 'cpu'");
    }

    @Test
    void refusesATerminalThatNobodyTakes() {
        process().put("terminal", true);
        assertThatThrownBy(this::plan).isInstanceOf(BadField.class).hasMessageContaining("process.terminal is true, and nobody listens");
        process().put("terminal", false);
        console = Optional.of("/tmp/console");
        assertThatThrownBy(this::plan).hasMessageContaining("process.terminal is false");
    }

    @Test
    void groupsAreBelowAFolderOfOursUnlessTheirPathIsAbsolute() {
        assertThat(BundleGroups.of("", "box", TREES).path()).isEqualTo("/gantry-runc/box");
        assertThat(BundleGroups.of("a/b", "box", TREES).path()).isEqualTo("/gantry-runc/a/b");
        assertThat(BundleGroups.of("/a//b/", "box", TREES).path()).isEqualTo("/a/b");
        assertThatThrownBy(() -> BundleGroups.of("/", "box", TREES)).isInstanceOf(BadField.class);
        assertThatThrownBy(() -> BundleGroups.of("/a/../..", "box", TREES)).isInstanceOf(BadField.class);
    }
}
