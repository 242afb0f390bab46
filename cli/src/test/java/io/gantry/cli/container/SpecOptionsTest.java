package io.gantry.cli.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.DeviceRate;
import io.gantry.contracts.spec.Dns;
import io.gantry.contracts.spec.HostEntry;
import io.gantry.contracts.spec.Mount;
import io.gantry.contracts.spec.Namespaces;
import io.gantry.contracts.spec.NetworkUse;
import io.gantry.contracts.spec.PortPublish;
import io.gantry.contracts.spec.Resources;
import io.gantry.contracts.spec.RestartPolicy;
import io.gantry.contracts.spec.Rlimit;
import io.gantry.contracts.spec.Scope;
import io.gantry.contracts.spec.Security;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.contracts.unit.MacAddress;
import io.gantry.contracts.unit.MilliCpu;
import io.gantry.contracts.unit.SeccompProfile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class SpecOptionsTest {
    private static ContainerSpec spec(String... options) {
        SpecOptions parsed = new SpecOptions();
        new CommandLine(CommandLine.Model.CommandSpec.forAnnotatedObject(parsed)).parseArgs(options);
        return parsed.spec(Map.of("HERE", "from the shell"), "debian", List.of(), false, false);
    }

    @Test
    void leavesEverythingToTheDefaults() {
        assertThat(spec()).isEqualTo(ContainerSpec.of(ImageRef.parse("debian:latest")));
    }

    @Test
    void takesTheValueOfABareNameFromTheShell() {
        assertThat(spec("-e", "HERE", "-e", "NOWHERE", "-e", "SAID=so").env()).isEqualTo(Map.of("HERE", "from the shell", "SAID", "so"));
    }

    @Test
    void readsTheEnvironmentFromFiles(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("env"), "# a comment\n\n  SAID=in a file\nONCE=a=b\nHERE\nNOWHERE\n");
        assertThat(spec("--env-file", file.toString(), "-e", "SAID=so").env()).isEqualTo(Map.of("HERE", "from the shell", "SAID", "so", "ONCE", "a=b"));
        Files.writeString(file, "=none\n");
        assertThatThrownBy(() -> spec("--env-file", file.toString())).hasMessage("--env-file " + file + ": =none has no name");
        Files.write(file, new byte[] {(byte) 0xff, '\n'});
        assertThatThrownBy(() -> spec("--env-file", file.toString())).hasMessage("--env-file " + file + " is no text in UTF-8");
    }

    @Test
    void leavesTheInitOut() {
        assertThat(spec().init()).isTrue();
        assertThat(spec("--no-init").init()).isFalse();
    }

    @Test
    void processorTimeIsWeighedInOneScale() {
        assertThat(spec("--cpu-shares", "512").resources().cpuWeight()).isEqualTo(50);
        assertThatThrownBy(() -> spec("--cpu-shares", "512", "--cpu-weight", "50")).hasMessage("--cpu-shares and --cpu-weight are the same in two scales; use one of them");
    }

    @Test
    void readsARuntimeClass() {
        assertThat(spec("--runtime", "machines").runtime()).isEqualTo("machines");
        assertThat(spec().runtime()).isEqualTo("namespaces");
    }

    @Test
    void readsPortsInAllTheirForms() {
        assertThat(spec("-p", "80", "-p", "8080:80", "-p", "127.0.0.1:5353:53/udp").ports())
                .containsExactly(
                        new PortPublish(null, 0, 80, PortPublish.Protocol.TCP),
                        new PortPublish(null, 8080, 80, PortPublish.Protocol.TCP),
                        new PortPublish(Ipv4.parse("127.0.0.1"), 5353, 53, PortPublish.Protocol.UDP));
    }

    @Test
    void readsRangesOfPorts() {
        assertThat(spec("-p", "127.0.0.1:8000-8010:80/udp").ports()).containsExactly(new PortPublish(Ipv4.parse("127.0.0.1"), 8000, 80, PortPublish.Protocol.UDP, 8010));
        assertThat(spec("-p", "7000-7001:80-81", "-p", "90-91").ports())
                .extracting(port -> port.hostPort() + ":" + port.containerPort())
                .containsExactly("7000:80", "7001:81", "0:90", "0:91");
        assertThat(spec("-P").publishAll()).isTrue();
        for (String odd : new String[] {"7000-7002:80-81", "7000:80-81", "81-80"}) {
            assertThatThrownBy(() -> spec("-p", odd)).hasMessage("-p " + odd + " has ranges that don't go together; write for example 7000-7002:80-82");
        }
    }

    @Test
    void readsWhoseVolumesItHas() {
        assertThat(spec("--volumes-from", "db", "--volumes-from", "cache:ro").volumesFrom()).containsExactly("db", "cache:ro");
        assertThatThrownBy(() -> spec("--volumes-from", "db:later")).hasMessage("volumesFrom is containers, each perhaps with :ro, got 'db:later'");
    }

    @Test
    void readsFurtherGroups() {
        assertThat(spec("--group-add", "audio", "--group-add", "29").groups()).containsExactly("audio", "29");
        assertThatThrownBy(() -> spec("--group-add", "70000")).hasMessage("groups[0] has the number 70000; a container has the ids 0 to 65535");
    }

    @Test
    void refusesWhatIsNoPort() {
        assertThatThrownBy(() -> spec("-p", "eighty"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("-p eighty is not a port; write for example 8080:80 or 127.0.0.1:5353:53/udp");
    }

    @Test
    void readsLimits() {
        var resources = spec("-m", "1.5g", "--cpus", "0.25", "--cpuset-cpus", "0-1", "--pids-limit", "64").resources();

        assertThat(resources.memory().value()).isEqualTo(1536L << 20);
        assertThat(resources.cpu().value()).isEqualTo(250);
        assertThat(resources.cpuset()).isEqualTo("0-1");
        assertThat(resources.pids()).isEqualTo(64);
    }

    @Test
    void readsWhatIsRequested() {
        assertThat(spec().resources().memoryRequest()).isEqualTo(Bytes.mebi(64));
        assertThat(spec("-m", "1g").resources().memoryRequest()).isEqualTo(Bytes.mebi(1024));
        var resources = spec("-m", "1g", "--memory-request", "100m", "--cpus", "2", "--cpu-request", "0").resources();
        assertThat(resources.memoryRequest()).isEqualTo(Bytes.mebi(100));
        assertThat(resources.requestedCpu()).isEqualTo(MilliCpu.ZERO);
    }

    @Test
    void readsEveryLimitByDockersName() {
        var resources =
                spec("-m", "64m", "--memory-reservation", "32m", "--memory-swap", "96m", "-c", "2048", "--cpuset-mems", "0", "--oom-score-adj", "300", "--oom-group",
                                "--io-weight", "50", "--device-read-bps", "/dev/vda:1m", "--device-write-iops", "/dev/vda:7", "--device-read-iops", "8:0:9", "--shm-size", "1m",
                                "--ulimit", "nofile=10:20", "--ulimit", "core=-1", "--huge-pages", "2MB:4m", "--network-in-bps", "1m",
                                "--network-out-bps", "2m")
                        .resources();

        assertThat(resources)
                .isEqualTo(
                        Resources.limits()
                                .memory(Bytes.mebi(64)).memoryReservation(Bytes.mebi(32)).swap(Bytes.mebi(32)).cpuWeight(200).memoryNodes("0").oomScore(300).oomGroup(true)
                                .ioWeight(50)
                                .devices(List.of(new DeviceRate("/dev/vda", Bytes.mebi(1), null, null, 7L), new DeviceRate("8:0", null, null, 9L, null)))
                                .shm(Bytes.mebi(1)).rlimits(Map.of("nofile", new Rlimit(10, 20L), "core", new Rlimit(-1, -1L))).hugePages(Map.of("2MB", Bytes.mebi(4)))
                                .networkIn(Bytes.mebi(1)).networkOut(Bytes.mebi(2))
                                .build());
        assertThat(spec("--memory-swap", "-1").resources().swap()).isEqualTo(Resources.ALL_SWAP);
    }

    @Test
    void coresToItselfAreItsNodesChoice() {
        assertThat(spec("--exclusive-cores", "2").resources().exclusiveCores()).isEqualTo(2);
        assertThat(spec().resources().exclusiveCores()).isNull();
        assertThatThrownBy(() -> spec("--exclusive-cores", "2", "--cpuset-cpus", "0-1"))
                .hasMessage("exclusiveCores and cpuset contradict each other: which cores are its own is its node's choice");
    }

    @Test
    void refusesLimitsOfNoForm() {
        assertThatThrownBy(() -> spec("--ulimit", "nofile")).hasMessageContaining("write for example nofile=1024:4096");
        assertThatThrownBy(() -> spec("--device-read-bps", "/dev/vda")).hasMessageContaining("write for example /dev/vda:1m");
        assertThatThrownBy(() -> spec("-m", "64m", "--memory-swap", "1m")).hasMessageContaining("so at least 64 MiB");
    }

    @Test
    void keepsEqualsSignsInValuesAndDropsVariablesTheShellLacks() {
        assertThat(spec("-e", "OPTS=a=b", "-e", "EMPTY=", "-e", "SURELY_NOT_SET_ANYWHERE").env())
                .isEqualTo(Map.of("OPTS", "a=b", "EMPTY", ""));
    }

    @Test
    void anEmptyEntrypointRemovesTheImages() {
        assertThat(spec("--entrypoint", "").entrypoint()).isEmpty();
        assertThat(spec("--entrypoint", "/bin/sh").entrypoint()).containsExactly("/bin/sh");
        assertThat(spec().entrypoint()).isNull();
    }

    @Test
    void readsRestartPolicies() {
        assertThat(spec("--restart", "on-failure:5").restart()).isEqualTo(new RestartPolicy(RestartPolicy.Mode.ON_FAILURE, 5));
        assertThat(spec("--restart", "always").restart()).isEqualTo(RestartPolicy.ALWAYS);
        assertThatThrownBy(() -> spec("--restart", "sometimes")).hasMessage("--restart sometimes is none of no, on-failure[:retries], always");
    }

    @Test
    void readsReadiness() {
        assertThat(spec("--ready-http", "80/health").readiness().path()).isEqualTo("/health");
        assertThat(spec("--ready-http", "8080").readiness().path()).isEqualTo("/");
        assertThat(spec("--ready-tcp", "5432").readiness().port()).isEqualTo(5432);
    }

    @Test
    void readsMemoryForFiles() {
        assertThat(spec("--tmpfs", "/run", "--tmpfs", "/tmp:size=64m,mode=0700,exec", "--mount", "type=tmpfs,target=/a,tmpfs-size=1m,readonly").mounts())
                .containsExactly(
                        new Mount.Tmpfs("/a", Bytes.mebi(1), null, true, false),
                        Mount.Tmpfs.at("/run"),
                        new Mount.Tmpfs("/tmp", Bytes.mebi(64), 0700, false, true));
    }

    @Test
    void readsSecretsAndConfigs() {
        assertThat(spec("--secret", "db", "--secret", "source=db,target=/etc/db,mode=0440,uid=33,gid=34,signal=HUP,env=DB", "--config", "app").mounts())
                .containsExactly(Mount.Secret.named("db"), new Mount.Secret("db", "/etc/db", 0440, 33, 34, "SIGHUP", "DB"), Mount.Config.named("app"));
    }

    @Test
    void readsVolumesInAllTheirForms() {
        assertThat(spec("-v", "data:/a", "-v", "data:/b:ro", "-v", "/own", "--mount", "src=more,dst=/c,readonly,volume-nocopy").mounts())
                .containsExactly(
                        Mount.Volume.at("data", "/a"),
                        new Mount.Volume("data", "/b", true, false),
                        Mount.Volume.at(null, "/own"),
                        new Mount.Volume("more", "/c", true, true));
    }

    @Test
    void readsFoldersOfTheHost() {
        assertThat(spec("-v", "/srv/a:/a", "-v", "/srv/b:/b:ro,rslave", "--mount", "type=bind,src=/srv/c,dst=/c,bind-propagation=rslave").mounts())
                .containsExactly(
                        new Mount.Bind("/srv/a", "/a", false, null),
                        new Mount.Bind("/srv/b", "/b", true, Mount.Bind.Propagation.RSLAVE),
                        new Mount.Bind("/srv/c", "/c", false, Mount.Bind.Propagation.RSLAVE));
    }

    @Test
    void dockersSocketIsThePlatformsOwn() {
        assertThat(spec("-v", "/var/run/docker.sock:/var/run/docker.sock", "--mount", "type=api,target=/run/all.sock,scope=team=red", "--mount", "type=api,target=/run/ci.sock,scope=ci").mounts())
                .containsExactly(
                        new Mount.Api("/var/run/docker.sock", null), new Mount.Api("/run/all.sock", new Scope("team", "red")),
                        new Mount.Api("/run/ci.sock", new Scope("io.gantry.scope", "ci")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "-v | /srv:/a:shared | -v /srv:/a:shared: there is no 'shared' here; there are ro, rslave",
        "-v | data:/a:slow | -v data:/a:slow: there is no 'slow' here; there are ro, nocopy",
        "-v | da/ta:/a | source is a volume's name: letters, digits and . _ - between them, at most 128; got 'da/ta'",
        "--tmpfs | /run:colour=red | --tmpfs /run:colour=red: there is no 'colour' here; there are size=, mode=, ro, exec",
        "--tmpfs | /run:mode=9 | --tmpfs /run:mode=9: '9' is no mode; write for example 1777",
        "--tmpfs | run | target is an absolute path inside, got 'run'",
        "--secret | source=db,colour=red | --secret source=db,colour=red: there is no 'colour' here; there are source=, target=, mode=, uid=, gid=, signal=, env=",
        "--secret | source=db,uid=x | --secret source=db,uid=x: 'x' is no number for uid",
        "--mount | type=npipe,target=/a | --mount type=npipe,target=/a says no type that there is: volume, tmpfs, bind, api"
    })
    void saysWhatIsNoMount(String option, String text, String message) {
        assertThatThrownBy(() -> spec(option, text)).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }

    @Test
    void readsTheSizeOfTheWritableLayer() {
        assertThat(spec("--disk", "1g").resources().disk()).isEqualTo(Bytes.mebi(1024));
        assertThat(spec().resources().disk()).isNull();
        assertThatThrownBy(() -> spec("--disk", "1m")).hasMessage("disk is at least 16 MiB, got 1 MiB");
    }

    @Test
    void readsSeveralNetworksTheirNamesAndAddresses() {
        assertThat(spec("--network", "front", "--network", "back").networks()).containsExactly(NetworkUse.of("front"), NetworkUse.of("back"));
        assertThat(spec("--network", "name=front,alias=shop,alias=web", "--network", "name=back,ip=10.0.0.9", "--network-alias", "www", "--ip", "10.1.0.9").networks())
                .containsExactly(
                        new NetworkUse("front", List.of("shop", "web", "www"), Ipv4.parse("10.1.0.9"), null), new NetworkUse("back", List.of(), Ipv4.parse("10.0.0.9"), null));
        assertThat(spec("--ip", "10.1.0.9").networks()).containsExactly(new NetworkUse("default", List.of(), Ipv4.parse("10.1.0.9"), null));
        assertThat(spec("--network", "back", "--network-alias", "db").networks()).containsExactly(new NetworkUse("back", List.of("db"), null, null));
        assertThat(spec("--mac-address", "02-00-00-00-00-0A").networks()).containsExactly(new NetworkUse("default", List.of(), null, new MacAddress("02:00:00:00:00:0a")));
        assertThat(spec("--network", "front", "--network", "name=back,mac=02:00:00:00:00:0b").networks())
                .containsExactly(NetworkUse.of("front"), new NetworkUse("back", List.of(), null, new MacAddress("02:00:00:00:00:0b")));
        assertThatThrownBy(() -> spec("--network", "name=back,colour=red")).hasMessage("--network name=back,colour=red says 'colour=red': there are name=, alias=, ip= and mac=");
        assertThatThrownBy(() -> spec("--network", "front", "--network", "none")).hasMessage("'none' is no network that a container is on beside others");
    }

    @Test
    void readsFurtherHostsAndItsResolvers() {
        ContainerSpec spec = spec("--add-host", "db:192.0.2.7", "--add-host", "node=host-gateway", "--dns", "192.0.2.53", "--dns-search", "shop.example", "--dns-option", "ndots:2");
        assertThat(spec.extraHosts()).containsExactly(new HostEntry("db", Ipv4.parse("192.0.2.7")), new HostEntry("node", null));
        assertThat(spec.dns()).isEqualTo(new Dns(List.of(Ipv4.parse("192.0.2.53")), List.of("shop.example"), List.of("ndots:2")));
        assertThatThrownBy(() -> spec("--add-host", "db")).hasMessage("a further host is a name and an address, as db:192.0.2.7; got 'db'");
        assertThatThrownBy(() -> spec("--dns-option", "NDOTS")).hasMessage("dns.options are words, some with a number, got 'NDOTS'");
        assertThatThrownBy(() -> spec("--network", "none", "--add-host", "node:host-gateway")).hasMessage("without a network there is no way to the node that could be named");
    }

    @Test
    void readsWhoseNamespacesItShares() {
        ContainerSpec spec = spec("--network", "container:db", "--ipc", "container:db", "--pid", "container:db");
        assertThat(spec.network()).isEqualTo("container:db");
        assertThat(spec.namespaces()).isEqualTo(new Namespaces("container:db", "container:db"));
        assertThat(spec().namespaces()).isEqualTo(Namespaces.OWN);
        assertThat(spec("--network", "host", "--ipc", "host", "--pid", "host", "--uts", "host").namespaces()).isEqualTo(new Namespaces("host", "host", "host"));
        assertThat(spec("--privileged").security().privileged()).isTrue();
        assertThatThrownBy(() -> spec("--pid", "x")).hasMessage("pid is the container's own, another container's or the host's, got 'x'");
    }

    @Test
    void readsRights(@TempDir Path folder) throws IOException {
        Path profile = Files.writeString(folder.resolve("p.json"), "{\"defaultAction\": \"SCMP_ACT_ALLOW\"}");
        Security security = spec("--cap-add", "net_admin", "--cap-drop", "ALL", "--security-opt", "no-new-privileges=false", "--security-opt", "seccomp=" + profile,
                "--sysctl", "net.core.somaxconn=7", "--device", "/dev/fuse", "--device", "/dev/kmsg:r", "--device", "/dev/full:/dev/f:rw").security();
        assertThat(security).isEqualTo(new Security(
                List.of("NET_ADMIN"), List.of("ALL"), false, new SeccompProfile(SeccompProfile.Action.ALLOW, null, null, null, null), false, null, null,
                Map.of("net.core.somaxconn", "7"),
                List.of(new Security.Device("/dev/fuse", null, null), new Security.Device("/dev/kmsg", null, "r"), new Security.Device("/dev/full", "/dev/f", "rw"))));
        assertThat(spec("--security-opt", "seccomp=unconfined").security().unconfined()).isTrue();
    }

    @Test
    void refusesRightsThatAreNone(@TempDir Path folder) {
        assertThatThrownBy(() -> spec("--cap-add", "fly")).hasMessage("capAdd has 'fly', which is no capability");
        assertThatThrownBy(() -> spec("--security-opt", "apparmor=x")).hasMessageContaining("is none of no-new-privileges[=false], seccomp=FILE");
        assertThatThrownBy(() -> spec("--security-opt", "seccomp=" + folder.resolve("none"))).hasMessageEndingWith("there is no such file");
        assertThatThrownBy(() -> spec("--sysctl", "kernel.sysrq=1")).hasMessage("kernel.sysrq is a setting of the whole host");
    }
}
