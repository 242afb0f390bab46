package io.gantry.agent.oci.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.unit.Capability;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigReaderTest {
    private static ObjectNode spec() {
        try {
            return (ObjectNode) Json.mapper().readTree(Files.readString(Path.of("src/test/resources/oci/runc-spec.json")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static BundleConfig read(Consumer<ObjectNode> edit) {
        ObjectNode spec = spec();
        edit.accept(spec);
        return ConfigReader.read(spec.toString(), "/bundle");
    }

    @Test
    void readsWhatRuncSpecWrites() {
        BundleConfig config = read(_ -> {});
        assertThat(config.rootPath()).isEqualTo("/bundle/rootfs");
        assertThat(config.rootReadOnly()).isTrue();
        assertThat(config.process().terminal()).isTrue();
        assertThat(config.process().args()).containsExactly("sh");
        assertThat(config.process().env()).containsEntry("TERM", "xterm");
        assertThat(config.process().capabilities().orElseThrow().ambient()).containsExactlyInAnyOrder(Capability.AUDIT_WRITE, Capability.KILL, Capability.NET_BIND_SERVICE);
        assertThat(config.namespaces()).extracting(BundleConfig.Space::type).containsExactly("pid", "network", "ipc", "uts", "mount");
        assertThat(config.mounts()).hasSize(7);
        assertThat(config.resources().devices()).containsExactly(new BundleResources.Setting("devices", "devices.deny", "a", "linux.resources.devices[0]"));
        assertThat(config.extensions()).isEmpty();
    }

    @Test
    void whatTheSpecificationDoesNotKnowIsToldOfAndPassedBy() {
        assertThat(read(spec -> {
                    spec.put("com.example.own", 1);
                    spec.withObject("/linux").put("later", true);
                }).extensions())
                .containsExactlyInAnyOrder("com.example.own", "linux.later");
    }

    @Test
    void ofTwoVariablesWithOneNameTheLaterCounts() {
        BundleConfig config = read(spec -> spec.withObject("/process").putArray("env").add("A=1").add("B=x=y").add("A=2"));
        assertThat(config.process().env()).isEqualTo(Map.of("A", "2", "B", "x=y"));
    }

    @Test
    void limitsAreFilesOfTheirControllersInTheOrderThatTheKernelTakes() {
        BundleConfig config = read(spec -> {
            spec.withObject("/linux/resources/memory").put("swap", 2048).put("limit", 1024).put("swappiness", 0);
            spec.withObject("/linux/resources/cpu").put("shares", 512).put("quota", 20000).put("period", 50000).put("cpus", "0");
            spec.withObject("/linux/resources/pids").put("limit", -1);
        });
        assertThat(config.resources().settings()).extracting(each -> each.file() + "=" + each.value())
                .containsExactly(
                        "memory.limit_in_bytes=1024", "memory.memsw.limit_in_bytes=2048", "memory.swappiness=0", "cpu.shares=512", "cpu.cfs_period_us=50000",
                        "cpu.cfs_quota_us=20000", "cpuset.cpus=0", "pids.max=max");
    }

    /** Each is a whole {@code config.json} but for one value at one place. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /process/args | [] | process.args is empty
            /process/cwd | "bin" | process.cwd is an absolute path
            /process/env | ["NOSIGN"] | process.env[0] is NAME=value
            /process/user/uid | "root" | process.user.uid is a whole number
            /process/user/uid | 4294967296 | process.user.uid is a number of 32 bits
            /process/capabilities/bounding | ["CAP_FLY"] | process.capabilities.bounding[0] is a capability
            /process/rlimits | [{"type":"RLIMIT_WINGS","soft":1,"hard":1}] | process.rlimits[0].type is a limit
            /process/rlimits | [{"type":"RLIMIT_CORE","soft":2,"hard":1}] | process.rlimits[0].soft is at most hard
            /process/oomScoreAdj | 2000 | process.oomScoreAdj is -1000 to 1000
            /process/apparmorProfile | "docker-default" | process.apparmorProfile isn't honoured
            /process/selinuxLabel | "a:b:c" | process.selinuxLabel isn't honoured
            /process/scheduler | {"policy":"SCHED_FIFO"} | process.scheduler isn't honoured
            /ociVersion | "2.0.0" | ociVersion is 1.something
            /root | {"path":""} | root.path is missing
            /mounts/0/destination | 7 | mounts[0].destination is a text
            /mounts/0/uidMappings | [{"containerID":0,"hostID":0,"size":1}] | mounts[0].uidMappings isn't honoured
            /linux/namespaces | [{"type":"pid"}] | no new mount namespace
            /linux/namespaces | [{"type":"mount"},{"type":"time"}] | there is no time namespace
            /linux/namespaces | [{"type":"mount"},{"type":"uts"},{"type":"uts"}] | uts stands there twice
            /linux/namespaces | [{"type":"mount","path":"/x"}] | isn't honoured for mount
            /linux/namespaces | [{"type":"mount"},{"type":"pid"}] | hostname would be the host's
            /linux/namespaces | [{"type":"mount"},{"type":"uts"},{"type":"user"}] | linux.uidMappings and linux.gidMappings say who
            /linux/uidMappings | [{"containerID":0,"hostID":0,"size":1}] | linux.namespaces has none
            /linux/sysctl | {"kernel.panic":"1"} | kernel.panic is the host's
            /linux/resources/memory | {"limit":10,"swap":5} | linux.resources.memory.swap is memory and swap together
            /linux/resources/memory | {"kernel":5} | linux.resources.memory.kernel isn't honoured
            /linux/resources/unified | {"../memory.high":"1"} | linux.resources.unified has '../memory.high', which is no file of a controller
            /linux/resources/unified | {"cgroup.procs":"1"} | linux.resources.unified has 'cgroup.procs', which is no file of a controller
            /linux/resources/devices | [{"allow":true,"type":"x"}] | linux.resources.devices[0].type is a, b or c
            /linux/seccomp | {"defaultAction":"SCMP_ACT_DANCE"} | linux.seccomp
            /linux/seccomp | {"defaultAction":"SCMP_ACT_ALLOW","listenerPath":"/x"} | linux.seccomp.listenerPath isn't honoured
            /linux/intelRdt | {"closID":"x"} | linux.intelRdt isn't honoured
            /linux/mountLabel | "x" | linux.mountLabel isn't honoured
            /linux/personality | {"domain":"LINUX32"} | linux.personality isn't honoured
            /linux/rootfsPropagation | "sideways" | linux.rootfsPropagation is one of
            /hooks | {"startContainer":[{"path":"/x"}]} | hooks.startContainer isn't honoured
            /hooks | {"poststop":[{"path":"x"}]} | hooks.poststop[0].path is an absolute path
            """)
    void saysWhatItCannotDoAndWhere(String place, String value, String message) throws Exception {
        ObjectNode spec = spec();
        String parent = place.substring(0, place.lastIndexOf('/'));
        ((ObjectNode) (parent.isEmpty() ? spec : spec.at(parent).isMissingNode() ? spec.withObject(parent) : spec.at(parent)))
                .set(place.substring(place.lastIndexOf('/') + 1), Json.mapper().readTree(value));
        assertThatThrownBy(() -> ConfigReader.read(spec.toString(), "/bundle")).isInstanceOf(BadField.class).hasMessageContaining(message);
    }

    @Test
    void saysWhereItIsNoJson() {
        assertThatThrownBy(() -> ConfigReader.read("{\n\"ociVersion\": oops}", "/bundle")).isInstanceOf(BadField.class).hasMessageContaining("it isn't JSON").hasMessageContaining("line 2");
        assertThat(List.of("[]", "1")).allSatisfy(text -> assertThatThrownBy(() -> ConfigReader.read(text, "/bundle")).hasMessageContaining("holds no object"));
    }
}
