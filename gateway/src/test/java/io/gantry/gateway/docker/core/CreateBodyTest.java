package io.gantry.gateway.docker.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.spec.Dns;
import io.gantry.contracts.spec.HostEntry;
import io.gantry.contracts.spec.Namespaces;
import io.gantry.contracts.spec.NetworkUse;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.DeviceRate;
import io.gantry.contracts.spec.HealthCheck;
import io.gantry.contracts.spec.LogPolicy;
import io.gantry.contracts.spec.Mount;
import io.gantry.contracts.spec.Namespaces;
import io.gantry.contracts.spec.PortPublish;
import io.gantry.contracts.spec.Resources;
import io.gantry.contracts.spec.RestartPolicy;
import io.gantry.contracts.spec.Rlimit;
import io.gantry.contracts.spec.Security;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.contracts.unit.MacAddress;
import io.gantry.contracts.view.ConnectRequest;
import io.gantry.contracts.view.VolumeRequest;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.contracts.unit.MilliCpu;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CreateBodyTest {
    private static final int NEWEST = 47;

    @Test
    void translatesWhatPeopleWrite() {
        ContainerSpec spec = read("""
                {"Image": "web", "Cmd": "ls", "Entrypoint": [""], "Env": ["A=b=c", "EMPTY=", "UNSET"], "Tty": true, "OpenStdin": true, "StdinOnce": true,
                 "StopTimeout": 3, "StopSignal": "SIGINT", "Labels": {"x": "y"}, "HostConfig": {"Memory": 67108864, "NanoCpus": 500000000, "CpuShares": 512,
                 "NetworkMode": "bridge", "RestartPolicy": {"Name": "on-failure", "MaximumRetryCount": 4}, "Init": false,
                 "PortBindings": {"80/tcp": [{"HostIp": "127.0.0.1", "HostPort": "8080"}], "53/udp": [{"HostIp": "", "HostPort": ""}]}}}
                """);
        assertThat(spec.entrypoint()).isEmpty();
        assertThat(spec.command()).containsExactly("ls");
        assertThat(spec.env()).isEqualTo(Map.of("A", "b=c", "EMPTY", ""));
        assertThat(spec.labels()).isEqualTo(Map.of("x", "y", DockerNames.STDIN_ONCE, "true", DockerNames.IMAGE, "web"));
        assertThat(spec.network()).isEqualTo(ContainerSpec.DEFAULT_NETWORK);
        assertThat(spec.resources().cpu()).isEqualTo(new MilliCpu(500));
        assertThat(spec.resources().requestedCpu()).as("a limit is no claim there").isEqualTo(MilliCpu.ZERO);
        assertThat(spec.resources().cpuWeight()).isEqualTo(50);
        assertThat(spec.restart()).isEqualTo(new RestartPolicy(RestartPolicy.Mode.ON_FAILURE, 4));
        assertThat(spec.stop().grace()).isEqualTo(Duration.ofSeconds(3));
        assertThat(spec.init()).isFalse();
        assertThat(spec.ports())
                .containsExactly(
                        new PortPublish(Ipv4.parse("127.0.0.1"), 8080, 80, PortPublish.Protocol.TCP), new PortPublish(null, 0, 53, PortPublish.Protocol.UDP));
    }

    @Test
    void translatesRangesAndAllThatIsExposed() {
        ContainerSpec spec = read("""
                {"Image": "web", "ExposedPorts": {"80/tcp": {}, "53/udp": {}}, "HostConfig": {"PublishAllPorts": true, "GroupAdd": ["audio", "29"], "VolumesFrom": ["db:ro"],
                 "PortBindings": {"80/tcp": [{"HostIp": "", "HostPort": "8000-8010"}, {"HostIp": "127.0.0.1", "HostPort": "9000-9000"}]}}}
                """);
        assertThat(spec.publishAll()).isTrue();
        assertThat(spec.groups()).containsExactly("audio", "29");
        assertThat(spec.volumesFrom()).containsExactly("db:ro");
        assertThat(spec.ports()).containsExactly(
                new PortPublish(null, 8000, 80, PortPublish.Protocol.TCP, 8010), new PortPublish(Ipv4.parse("127.0.0.1"), 9000, 80, PortPublish.Protocol.TCP),
                new PortPublish(null, 0, 53, PortPublish.Protocol.UDP));
        assertThat(read("{\"Image\": \"web\", \"ExposedPorts\": {\"80/tcp\": {}}}").ports()).isEmpty();
    }

    @Test
    void translatesEveryLimit() {
        Resources limits = read("""
                {"Image": "web", "HostConfig": {"Memory": 67108864, "MemorySwap": 100663296, "MemoryReservation": 33554432, "CpusetCpus": "0-1", "CpusetMems": "0", "PidsLimit": 9,
                 "OomScoreAdj": 300, "ShmSize": 1048576, "BlkioWeight": 1000, "BlkioDeviceReadBps": [{"Path": "/dev/vda", "Rate": 1000}],
                 "BlkioDeviceWriteIOps": [{"Path": "/dev/vda", "Rate": 7}], "Ulimits": [{"Name": "nofile", "Soft": 10, "Hard": 20}]}}
                """).resources();
        assertThat(limits)
                .isEqualTo(
                        Resources.limits()
                                .memory(Bytes.mebi(64)).swap(Bytes.mebi(32)).memoryReservation(Bytes.mebi(32)).cpuset("0-1").memoryNodes("0").pids(9).oomScore(300)
                                .shm(Bytes.mebi(1)).ioWeight(10_000).devices(List.of(new DeviceRate("/dev/vda", new Bytes(1000), null, null, 7L)))
                                .rlimits(Map.of("nofile", new Rlimit(10, 20L)))
                                .build());
        assertThat(read("{\"Image\": \"web\", \"HostConfig\": {\"MemorySwap\": -1}}").resources().swap()).isEqualTo(Resources.ALL_SWAP);
        assertThat(read("{\"Image\": \"web\", \"HostConfig\": {\"StorageOpt\": {\"size\": \"1G\"}}}").resources().disk()).isEqualTo(Bytes.mebi(1024));
    }

    @Test
    void translatesNamespacesOfAnotherOrOfTheHost() {
        var shared = read("{\"Image\": \"web\", \"HostConfig\": {\"NetworkMode\": \"container:db\", \"PidMode\": \"container:db\", \"IpcMode\": \"shareable\"}}");
        assertThat(shared.network()).isEqualTo("container:db");
        assertThat(shared.namespaces()).isEqualTo(new Namespaces(null, "container:db"));
        var hosts = read("{\"Image\": \"web\", \"HostConfig\": {\"NetworkMode\": \"host\", \"PidMode\": \"host\", \"IpcMode\": \"host\", \"UTSMode\": \"host\", \"Privileged\": true}}");
        assertThat(hosts.hostNetwork()).isTrue();
        assertThat(hosts.namespaces()).isEqualTo(new Namespaces("host", "host", "host"));
        assertThat(hosts.security().privileged()).isTrue();
        assertThat(read("{\"Image\": \"web\", \"HostConfig\": {\"IpcMode\": \"private\"}}").namespaces()).isEqualTo(Namespaces.OWN);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{'HostConfig': {'UsernsMode': 'host'}} | HostConfig.UsernsMode is not supported yet: root inside would be root outside, and no node grants that",
        "{'HostConfig': {'SecurityOpt': ['apparmor=web']}} | HostConfig.SecurityOpt 'apparmor=web' is not supported yet: use no-new-privileges or seccomp=file.json",
        "{'HostConfig': {'SecurityOpt': ['writable-cgroups=true']}} | HostConfig.SecurityOpt 'writable-cgroups=true' is not supported yet: use no-new-privileges or seccomp=file.json",
        "{'HostConfig': {'DeviceRequests': [{'Count': -1}]}} | HostConfig.DeviceRequests is not supported yet: name each device with --device",
        "{'HostConfig': {'Binds': ['/a:/b:rshared']}} | propagation 'rshared' is not supported yet: a container makes no mounts that the host could see; there are rprivate and rslave",
        "{'HostConfig': {'VolumeDriver': 'nfs'}} | HostConfig.VolumeDriver is not supported yet: volumes are folders of the node, driver local",
        "{'HostConfig': {'Mounts': [{'Type': 'volume', 'Target': '/a', 'VolumeOptions': {'Subpath': 'x'}}]}} | HostConfig.Mounts[0].VolumeOptions.Subpath is not supported yet: leave it out",
        "{'HostConfig': {'Mounts': [{'Type': 'volume', 'Target': '/a', 'VolumeOptions': {'DriverConfig': {'Name': 'nfs'}}}]}} | HostConfig.Mounts[0].VolumeOptions.DriverConfig.Name 'nfs' is not supported yet: leave it out",
        "{'HostConfig': {'OomScoreAdj': -5}} | HostConfig.OomScoreAdj is not supported yet: a container is no more precious than the host's own programs; 0 to 1000 can be had",
        "{'HostConfig': {'OomKillDisable': true}} | HostConfig.OomKillDisable is not supported yet: a container that can't be ended when memory runs out would hold the host; leave it out",
        "{'HostConfig': {'PidMode': 'guest'}} | HostConfig.PidMode 'guest' is not supported yet: a container has its own, container:NAME for another's, or host",
        "{'HostConfig': {'IpcMode': 'none'}} | HostConfig.IpcMode 'none' is not supported yet: a container has its own, container:NAME for another's, or host",
        "{'HostConfig': {'CgroupnsMode': 'host'}} | HostConfig.CgroupnsMode 'host' is not supported yet: every container has namespaces of its own",
        "{'HostConfig': {'UTSMode': 'container:web'}} | HostConfig.UTSMode 'container:web' is not supported yet: a container has its own, or host",
        "{'HostConfig': {'MaskedPaths': []}} | HostConfig.MaskedPaths is not supported yet: what tells of the whole host stays hidden",
        "{'HostConfig': {'ReadonlyPaths': []}} | HostConfig.ReadonlyPaths is not supported yet: what tells of the whole host stays hidden",
        "{'HostConfig': {'LogConfig': {'Type': 'syslog'}}} | HostConfig.LogConfig.Type 'syslog' is not supported yet: output is kept on the node; docker logs shows it",
        "{'HostConfig': {'LogConfig': {'Type': 'json-file', 'Config': {'max-size': '-1'}}}} | HostConfig.LogConfig.Config.max-size is not supported yet: every log has a limit, 10 MiB a file unless you give one",
        "{'HostConfig': {'LogConfig': {'Type': 'local', 'Config': {'compress': 'true'}}}} | HostConfig.LogConfig.Config.compress is not supported yet: leave it out",
        "{'HostConfig': {'Annotations': {'a': ''}}} | HostConfig.Annotations is not supported yet: leave it out",
        "{'HostConfig': {'MemorySwappiness': 0}} | HostConfig.MemorySwappiness is not supported yet: leave it out",
        "{'HostConfig': {'PidsLimit': -1}} | HostConfig.PidsLimit is not supported yet: every container has a limit, 4096 unless you give one",
        "{'HostConfig': {'Tmpfs': {'/run': 'uid=5'}}} | HostConfig.Tmpfs[/run] 'uid=5' is not supported yet: there are size, mode, ro and exec",
        "{'HostConfig': {'StorageOpt': {'colour': 'red'}}} | HostConfig.StorageOpt.colour is not supported yet: leave it out",
        "{'hostconfig': {'cgroupparent': 'x'}} | HostConfig.cgroupparent is not supported yet: leave it out",
        "{'NetworkingConfig': {'EndpointsConfig': {'shop': {'IPAMConfig': {'IPv6Address': 'fd00::9'}}}}} | NetworkingConfig.EndpointsConfig.shop.IPAMConfig.IPv6Address is not supported yet: networks are of IPv4"
    })
    void refusesByNameWhatItCannotDo(String body, String message) {
        assertRefused(body, 501, message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "[] | the body is an object, got []",
        "{'Tty': 'yes'} | Tty is true or false, got \"yes\"",
        "{'Cmd': [1]} | Cmd[0] is a string, got 1",
        "{'Env': 'A=b'} | Env is a list of strings, got \"A=b\"",
        "{'Env': ['=b']} | invalid environment variable: '=b'",
        "{'Labels': {'a': 1}} | Labels.a is a string, got 1",
        "{'StopTimeout': -2} | StopTimeout is a whole number from -1 to 2147483647, got -2",
        "{'HostConfig': 5} | HostConfig is an object, got 5",
        "{'HostConfig': {'Memory': -1}} | HostConfig.Memory is a whole number from 0, got -1",
        "{'HostConfig': {'Memory': 1.5}} | HostConfig.Memory is a whole number from 0, got 1.5",
        "{'HostConfig': {'Memory': '64m'}} | HostConfig.Memory is a whole number from 0, got \"64m\"",
        "{'HostConfig': {'NanoCpus': -1}} | HostConfig.NanoCpus is a whole number from 0, got -1",
        "{'HostConfig': {'CpuShares': -2}} | HostConfig.CpuShares is a whole number from 0, got -2",
        "{'HostConfig': {'NanoCpus': 1000000000, 'CpuQuota': 5000}} | Conflicting options: Nano CPUs cannot be set together with CPU Quota or CPU Period",
        "{'HostConfig': {'RestartPolicy': {'Name': 'on-failure', 'MaximumRetryCount': -1}}} | HostConfig.RestartPolicy.MaximumRetryCount is a whole number from 0 to 2147483647, got -1",
        "{'HostConfig': {'AutoRemove': true, 'RestartPolicy': {'Name': 'always'}}} | can't create 'AutoRemove' container with restart policy",
        "{'HostConfig': {'PortBindings': {'80/tcp': [{'HostPort': 8080}]}}} | HostConfig.PortBindings.80/tcp[0].HostPort is a string, got 8080",
        "{'HostConfig': {'PortBindings': {'80/tcp': [{'HostPort': '99999'}]}}} | invalid port '99999': it is a number from 0 to 65535",
        "{'HostConfig': {'PortBindings': {'80/tcp': [{'HostPort': '8010-8000'}]}}} | Invalid range specified for port: 8010-8000",
        "{'HostConfig': {'PortBindings': {'http/tcp': []}}} | invalid port 'http': it is a number from 1 to 65535",
        "{'HostConfig': {'PortBindings': {'80/tcp': [{'HostIp': 'here', 'HostPort': '1'}]}}} | invalid HostIp: 'here' is not an IPv4 address",
        "{'HostConfig': {'Memory': 67108864, 'MemorySwap': 1}} | Minimum memoryswap limit should be larger than memory limit, see usage",
        "{'HostConfig': {'Ulimits': [{'Name': 'nofile', 'Soft': 'x'}]}} | HostConfig.Ulimits[0].Soft is a whole number from -1, got \"x\"",
        "{'HostConfig': {'Mounts': [{'Type': 'npipe', 'Target': '/a'}]}} | mount type unknown: 'npipe'",
        "{'HostConfig': {'Binds': ['/a']}} | invalid volume specification: '/a'",
        "{'HostConfig': {'Binds': ['data:/a:slow']}} | invalid mode: slow",
        "{'HostConfig': {'SecurityOpt': ['no-new-privileges=maybe']}} | invalid --security-opt: 'no-new-privileges=maybe' is neither true nor false",
        "{'HostConfig': {'SecurityOpt': ['seccomp={}']}} | the seccomp profile can't be read: defaultAction is missing",
        "{'HostConfig': {'Sysctls': {'net.core.somaxconn': 5}}} | HostConfig.Sysctls.net.core.somaxconn is a string, got 5",
        "{'ExposedPorts': {'0/tcp': {}}} | invalid port '0': it is a number from 1 to 65535"
    })
    void refusesWhatHasTheWrongFormOrSize(String body, String message) {
        assertRefused(body, 400, message);
    }

    @Test
    void readsMemoryForFilesInBothOfDockersWays() {
        assertThat(read("{\"HostConfig\": {\"Tmpfs\": {\"/run\": \"\", \"/tmp\": \"rw,size=65536k,mode=700,exec\"}, \"Mounts\": [{\"Type\": \"tmpfs\", \"Target\": \"/a\","
                        + " \"TmpfsOptions\": {\"SizeBytes\": 1048576, \"Mode\": 493}, \"ReadOnly\": true}]}}")
                        .mounts())
                .containsExactly(
                        new Mount.Tmpfs("/a", Bytes.mebi(1), 0755, true, false), Mount.Tmpfs.at("/run"), new Mount.Tmpfs("/tmp", Bytes.mebi(64), 0700, false, true));
    }

    @Test
    void readsVolumesInAllOfDockersWays() {
        assertThat(read("{\"HostConfig\": {\"Binds\": [\"data:/a\", \"data:/b:ro,nocopy\"], \"Mounts\": [{\"Type\": \"volume\", \"Source\": \"more\", \"Target\": \"/c\","
                        + " \"ReadOnly\": true, \"VolumeOptions\": {\"NoCopy\": true}}, {\"Type\": \"volume\", \"Target\": \"/d\"}]}, \"Volumes\": {\"/e\": {}, \"/a\": {}}}")
                        .mounts())
                .containsExactly(
                        new Mount.Volume("more", "/c", true, true), Mount.Volume.at(null, "/d"), Mount.Volume.at("data", "/a"), new Mount.Volume("data", "/b", true, true),
                        Mount.Volume.at(null, "/e"));
    }

    @Test
    void dockersSocketIsThePlatformsOwnAndNeverAFileOfANode() {
        assertThat(read("{\"HostConfig\": {\"Binds\": [\"/var/run/docker.sock:/var/run/docker.sock:ro\"], \"Mounts\": [{\"Type\": \"bind\", \"Source\": \"/run/docker.sock\", \"Target\": \"/c\"}]}}").mounts())
                .containsExactly(new Mount.Api("/c", null), new Mount.Api("/var/run/docker.sock", null));
    }

    @Test
    void readsFoldersOfTheHostInBothOfDockersWays() {
        assertThat(read("{\"HostConfig\": {\"Binds\": [\"/srv/a:/a\", \"/srv/b/:/b:ro,rslave\"], \"Mounts\": [{\"Type\": \"bind\", \"Source\": \"/srv/c\", \"Target\": \"/c\","
                        + " \"BindOptions\": {\"Propagation\": \"rprivate\"}}]}}")
                        .mounts())
                .containsExactly(
                        new Mount.Bind("/srv/c", "/c", false, null), new Mount.Bind("/srv/a", "/a", false, null), new Mount.Bind("/srv/b", "/b", true, Mount.Bind.Propagation.RSLAVE));
    }

    @Test
    void translatesRights() {
        Security security = read("""
                {"HostConfig": {"CapAdd": ["CAP_NET_ADMIN"], "CapDrop": ["all"], "SecurityOpt": ["no-new-privileges:false", "label=disable", "apparmor=unconfined",
                 "seccomp={\\"defaultAction\\": \\"SCMP_ACT_ALLOW\\", \\"syscalls\\": [{\\"names\\": [\\"ptrace\\"], \\"action\\": \\"SCMP_ACT_ERRNO\\"}]}"],
                 "MaskedPaths": ["/proc/uptime"], "ReadonlyPaths": ["/srv"], "Sysctls": {"net.core.somaxconn": "5"},
                 "Devices": [{"PathOnHost": "/dev/fuse", "PathInContainer": "/dev/fuse", "CgroupPermissions": "rw"}]}}
                """).security();
        assertThat(security.capAdd()).containsExactly("NET_ADMIN");
        assertThat(security.capDrop()).containsExactly("ALL");
        assertThat(security.noNewPrivileges()).isFalse();
        assertThat(security.seccomp().syscalls().getFirst().names()).containsExactly("ptrace");
        assertThat(security.maskedPaths()).containsExactly("/proc/uptime");
        assertThat(security.readOnlyPaths()).containsExactly("/srv");
        assertThat(security.sysctls()).isEqualTo(Map.of("net.core.somaxconn", "5"));
        assertThat(security.devices()).containsExactly(new Security.Device("/dev/fuse", "/dev/fuse", "rw"));
        assertThat(read("{\"HostConfig\": {\"SecurityOpt\": [\"seccomp=unconfined\"]}}").security().unconfined()).isTrue();
        assertThat(read("{\"HostConfig\": {\"SecurityOpt\": [\"seccomp=builtin\", \"no-new-privileges\"]}}").security()).isEqualTo(Security.DEFAULT);
    }

    @Test
    void takesWhatTheCliSendsByDefault() {
        read("""
                {"Hostname": "", "Domainname": "", "AttachStdin": false, "AttachStdout": true, "AttachStderr": true, "ExposedPorts": {"80/tcp": {}}, "Env": null, "Cmd": ["echo"],
                 "Volumes": {}, "Entrypoint": null, "OnBuild": null, "Labels": {}, "HostConfig": {"Binds": null,
                 "ContainerIDFile": "", "LogConfig": {"Type": "", "Config": {}}, "NetworkMode": "default", "PortBindings": {}, "RestartPolicy": {"Name": "no", "MaximumRetryCount": 0},
                 "AutoRemove": false, "VolumeDriver": "", "VolumesFrom": null, "ConsoleSize": [24, 80], "CapAdd": null, "CgroupnsMode": "", "Dns": [], "IpcMode": "", "OomScoreAdj": 0,
                 "PidMode": "", "Privileged": false, "SecurityOpt": null, "UTSMode": "", "ShmSize": 0, "Isolation": "", "Memory": 0, "MemorySwap": 0, "MemorySwappiness": -1,
                 "OomKillDisable": false, "PidsLimit": 0, "Ulimits": [], "BlkioWeight": 0, "BlkioWeightDevice": [], "CpuCount": 0, "KernelMemory": 0, "MaskedPaths": null,
                 "ReadonlyPaths": null}, "NetworkingConfig": {"EndpointsConfig": {"default": {"IPAMConfig": null, "Links": null, "Aliases": null, "MacAddress": "",
                 "DriverOpts": null, "NetworkID": "", "EndpointID": "", "IPPrefixLen": 0, "DNSNames": null, "GwPriority": 0}}}}
                """);
    }

    @Test
    void whatIsRemovedAtItsEndIsAFieldOfIt() {
        assertThat(read("{}").autoRemove()).isFalse();
        assertThat(read("{\"HostConfig\": {\"AutoRemove\": true}}").autoRemove()).isTrue();
    }

    @Test
    void takesWhatSaysWhatIsSoAnyway() {
        read("""
                {"Healthcheck": {"Test": ["NONE"]}, "Shell": ["/bin/sh", "-c"], "HostConfig": {"CgroupnsMode": "private", "IpcMode": "private", "Runtime": "namespaces",
                 "LogConfig": {"Type": "json-file"}, "MemorySwap": -1, "ShmSize": 67108864, "Isolation": "default"}}
                """);
    }

    /** {@code docker ps} shows what people typed. */
    @Test
    void whatAClientCallsTheImageIsRemembered() {
        assertThat(DockerNames.image(read("{\"Image\": \"web\"}"))).isEqualTo("web");
        assertThat(read("{\"Image\": \"web:latest\"}").labels()).isEmpty();
        assertThat(DockerNames.image(read("{}"))).isEqualTo("web:latest");
    }

    @Test
    void aVolumeIsMadeWithItsLabels() {
        JsonNode json = Json.read("""
                {"HostConfig": {"Mounts": [{"Type": "volume", "Source": "data", "Target": "/a", "VolumeOptions": {"Labels": {"team": "red"}}},
                 {"Type": "volume", "Source": "more", "Target": "/b"}]}}
                """, JsonNode.class);
        CreateBody body = CreateBody.read(json, ImageRef.parse("web"), null, NEWEST, NetworkIds.UNKNOWN, DockerNames.SOCKETS, List.of());
        assertThat(body.volumes()).containsExactly(new VolumeRequest("data", Map.of("team", "red"), null));
        assertThat(body.request().spec().mounts()).containsExactly(Mount.Volume.at("data", "/a"), Mount.Volume.at("more", "/b"));
    }

    /** As for Docker: clients send fields of other versions, of Compose, and what an inspect told them. */
    @Test
    void whatDockerDoesNotKnowIsIgnored() {
        ContainerSpec spec = read("""
                {"Dns": ["8.8.8.8"], "VolumesFrom": ["web"], "FromTheFuture": {"a": 1}, "HostConfig": {"FromTheFuture": 1, "Memory": 67108864,
                 "Mounts": [{"Type": "volume", "Source": "data", "Target": "/a", "FromTheFuture": true}]},
                 "NetworkingConfig": {"EndpointsConfig": {"bridge": {"NetworkID": "abc", "Gateway": "10.0.0.1", "IPAddress": "10.0.0.9", "IPPrefixLen": 24}}}}
                """);
        assertThat(spec.resources().memory()).isEqualTo(Bytes.mebi(64));
        assertThat(spec.mounts()).containsExactly(Mount.Volume.at("data", "/a"));
    }

    /** As for Docker, whose decoder is Go's. */
    @Test
    void upperAndLowerCaseAreOne() {
        ContainerSpec spec = read("{\"tty\": true, \"hostconfig\": {\"memory\": 67108864}, \"Labels\": {\"a\": \"1\", \"A\": \"2\"}}");
        assertThat(spec.tty()).isTrue();
        assertThat(spec.resources().memory()).isEqualTo(Bytes.mebi(64));
        assertThat(spec.labels()).isEqualTo(Map.of("a", "1", "A", "2"));
    }

    @Test
    void aRuntimeIsARuntimeClass() {
        assertThat(read("{}").runtime()).isEqualTo("namespaces");
        assertThat(read("{\"HostConfig\": {\"Runtime\": \"\"}}").runtime()).isEqualTo("namespaces");
        assertThat(read("{\"HostConfig\": {\"Runtime\": \"machines\"}}").runtime()).isEqualTo("machines");
    }

    @Test
    void logLimitsAndHealthChecksAreTranslated() {
        ContainerSpec spec = read("""
                {"Healthcheck": {"Test": ["CMD-SHELL", "curl -f localhost"], "Interval": 5000000000, "Timeout": 1000000000, "Retries": 2, "StartPeriod": 0},
                 "HostConfig": {"LogConfig": {"Type": "local", "Config": {"max-size": "1m", "max-file": "2"}}}}
                """);
        assertThat(spec.log()).isEqualTo(new LogPolicy(Bytes.mebi(1), 2));
        assertThat(spec.health())
                .isEqualTo(HealthCheck.command("/bin/sh", "-c", "curl -f localhost").at(Duration.ofSeconds(5), Duration.ofSeconds(1), 2));
        assertThat(read("{\"Healthcheck\": {\"Test\": [\"CMD\", \"true\", \"x\"]}}").health()).isEqualTo(HealthCheck.command("true", "x"));
        assertThat(read("{\"Healthcheck\": {\"Test\": [\"NONE\"]}}").health().kind()).isEqualTo(HealthCheck.Kind.NONE);
        assertThat(read("{\"Healthcheck\": {\"Retries\": 4}}").health().kind()).as("the image's, with other numbers").isNull();
        assertThat(read("{\"Healthcheck\": {}}").health()).isNull();
        assertRefused("{'Healthcheck': {'Test': ['HTTP', '80']}}", 400, "Unknown type 'HTTP' in Healthcheck.Test; there are NONE, CMD and CMD-SHELL");
    }

    @Test
    void aStopTimeoutOfMinusOneIsForEver() {
        assertThat(read("{\"StopTimeout\": -1}").stop().grace()).isEqualTo(Duration.ofSeconds(Integer.MAX_VALUE));
    }

    @Test
    void furtherHostsAndResolversAreTranslated() {
        ContainerSpec spec = read("""
                {"HostConfig": {"ExtraHosts": ["db:192.0.2.7", "node:host-gateway"], "Dns": ["192.0.2.53"], "DnsSearch": ["shop.example"], "DnsOptions": ["ndots:2"]}}
                """);
        assertThat(spec.extraHosts()).containsExactly(new HostEntry("db", Ipv4.parse("192.0.2.7")), new HostEntry("node", null));
        assertThat(spec.dns()).isEqualTo(new Dns(List.of(Ipv4.parse("192.0.2.53")), List.of("shop.example"), List.of("ndots:2")));
        assertRefused("{'HostConfig': {'ExtraHosts': ['db:::1']}}", 501, "HostConfig.ExtraHosts 'db:::1' is not supported yet: networks are of IPv4");
        assertRefused("{'HostConfig': {'Dns': ['::1']}}", 501, "HostConfig.Dns '::1' is not supported yet: networks are of IPv4");
        assertRefused("{'HostConfig': {'ExtraHosts': ['db']}}", 400, "bad format for add-host: \"db\"");
        assertRefused("{'HostConfig': {'ExtraHosts': ['db:here']}}", 400, "invalid IP address in add-host: \"here\"");
        assertRefused("{'HostConfig': {'Dns': ['here']}}", 400, "invalid DNS address: \"here\"");
        var shared = assertThatThrownBy(() -> read("{\"HostConfig\": {\"NetworkMode\": \"container:db\", \"ExtraHosts\": [\"db:192.0.2.7\"]}}"));
        shared.isInstanceOfSatisfying(BadField.class, no -> assertThat(no.field()).isEqualTo("extraHosts"));
    }

    private static final MacAddress MAC = new MacAddress("02:00:00:00:00:0a");

    private static NetworkUse use(String network, String address, String... aliases) {
        return new NetworkUse(network, List.of(aliases), address == null ? null : Ipv4.parse(address), null);
    }

    @Test
    void aContainerIsOnTheNetworkOfItsModeAndOnThoseOfItsEndpoints() {
        assertThat(read("{\"HostConfig\": {\"NetworkMode\": \"front\"}}").networks()).containsExactly(NetworkUse.of("front"));
        assertThat(read("""
                {"HostConfig": {"NetworkMode": "front"}, "NetworkingConfig": {"EndpointsConfig": {
                 "back": {"Aliases": ["db", "db"], "IPAMConfig": {"IPv4Address": "10.0.0.9"}}, "front": {"Aliases": ["shop"]}}}}
                """).networks()).as("its mode's first").containsExactly(use("front", null, "shop"), use("back", "10.0.0.9", "db"));
        assertThat(read("{\"HostConfig\": {\"NetworkMode\": \"default\"}, \"NetworkingConfig\": {\"EndpointsConfig\": {\"back\": null, \"bridge\": {}}}}").networks())
                .containsExactly(NetworkUse.of("back"), NetworkUse.of("default"));
        assertThat(read("{\"NetworkingConfig\": {\"EndpointsConfig\": {\"back\": {}}}}").networks()).as("in place of the default one").containsExactly(NetworkUse.of("back"));
        assertThat(read("{\"HostConfig\": {\"NetworkMode\": \"bridge\"}, \"NetworkingConfig\": {\"EndpointsConfig\": {\"back\": {}}}}").networks())
                .containsExactly(NetworkUse.of("default"), NetworkUse.of("back"));
        assertThat(read("{\"NetworkDisabled\": true, \"NetworkingConfig\": {\"EndpointsConfig\": {\"back\": {}}}}").network()).isEqualTo("none");
        assertThat(read("{\"HostConfig\": {\"NetworkMode\": \"host\"}, \"NetworkingConfig\": {\"EndpointsConfig\": {\"host\": {}}}}").hostNetwork()).isTrue();
        assertRefused("{'HostConfig': {'NetworkMode': 'host'}, 'NetworkingConfig': {'EndpointsConfig': {'back': {}}}}", 400,
                "conflicting options: network 'back' can't be used beside the network mode 'host'");
        assertRefused("{'HostConfig': {'NetworkMode': 'back'}, 'NetworkingConfig': {'EndpointsConfig': {'none': {}}}}", 400,
                "conflicting options: network 'none' can't be used beside the network mode 'back'");
        assertRefused("{'NetworkingConfig': {'EndpointsConfig': {'back': {'IPAMConfig': {'IPv4Address': 'ten'}}}}}", 400, "invalid IPv4 address: ten");
    }

    @Test
    void aNetworkMayBeMeantByItsId() {
        String id = "b".repeat(64);
        NetworkIds ids = new NetworkIds(Map.of("back", id, "default", "d".repeat(64)));
        String body = "{\"HostConfig\": {\"NetworkMode\": \"" + id + "\"}, \"NetworkingConfig\": {\"EndpointsConfig\": {\"" + id.substring(0, 12) + "\": {\"Aliases\": [\"db\"]}}}}";
        JsonNode json = Json.read(body, JsonNode.class);
        assertThat(Networking.namesIds(json)).isTrue();
        assertThat(CreateBody.read(json, ImageRef.parse("web"), null, NEWEST, ids, DockerNames.SOCKETS, List.of()).request().spec().networks()).containsExactly(use("back", null, "db"));
        assertThat(Networking.namesIds(Json.read("{\"HostConfig\": {\"NetworkMode\": \"back\"}}", JsonNode.class))).isFalse();
    }

    @Test
    void beforeVersion144AContainerIsMadeOnOne() {
        JsonNode json = Json.read("{\"NetworkingConfig\": {\"EndpointsConfig\": {\"a\": {}, \"b\": {}}}}", JsonNode.class);
        assertThatThrownBy(() -> CreateBody.read(json, ImageRef.parse("web"), null, 43, NetworkIds.UNKNOWN, DockerNames.SOCKETS, List.of()))
                .isInstanceOf(DockerRefusal.class).hasMessage("Container cannot be connected to network endpoints: a, b");
    }

    @Test
    void aContainerIsPutOnANetworkWithNamesAndAnAddress() {
        var asked = ConnectBody.connect(Json.read("""
                {"Container": "web", "EndpointConfig": {"Aliases": ["db"], "IPAMConfig": {"IPv4Address": "10.0.0.9"}, "NetworkID": "", "Gateway": ""}}
                """, JsonNode.class), "back");
        assertThat(asked.container()).isEqualTo("web");
        assertThat(asked.request()).isEqualTo(new ConnectRequest(List.of("db"), Ipv4.parse("10.0.0.9"), null));
        assertThat(ConnectBody.disconnect(Json.read("{\"Container\": \"web\", \"Force\": true}", JsonNode.class))).isEqualTo("web");
        assertThatThrownBy(() -> ConnectBody.disconnect(Json.read("{}", JsonNode.class))).hasMessage("invalid container name or ID: value is empty");
        assertThat(ConnectBody.connect(Json.read("{\"Container\": \"web\", \"EndpointConfig\": {\"MacAddress\": \"02:00:00:00:00:0A\"}}", JsonNode.class), "back").request().mac())
                .isEqualTo(MAC);
    }

    @Test
    void anEthernetAddressIsOfOneNetworkOrOfTheContainersMainOne() {
        assertThat(read("{\"NetworkingConfig\": {\"EndpointsConfig\": {\"back\": {}, \"front\": {\"MacAddress\": \"02-00-00-00-00-0a\"}}}}").networks())
                .containsExactly(NetworkUse.of("back"), new NetworkUse("front", List.of(), null, MAC));
        assertThat(read("{\"MacAddress\": \"02:00:00:00:00:0a\"}").networks()).as("the default one").containsExactly(new NetworkUse("default", List.of(), null, MAC));
        assertThat(read("""
                {"MacAddress": "02:00:00:00:00:0a", "HostConfig": {"NetworkMode": "front"}, "NetworkingConfig": {"EndpointsConfig": {"back": {},
                 "front": {"Aliases": ["shop"], "IPAMConfig": {"IPv4Address": "10.0.0.9"}, "MacAddress": "02:00:00:00:00:0a"}}}}
                """).networks()).as("its mode's").containsExactly(new NetworkUse("front", List.of("shop"), Ipv4.parse("10.0.0.9"), MAC), NetworkUse.of("back"));
        assertRefused("{'MacAddress': '02:00'}", 400, "invalid MAC address: 02:00");
        assertRefused("{'MacAddress': '02:00:00:00:00:0a', 'HostConfig': {'NetworkMode': 'host'}}", 400, "conflicting options: mac-address and the network mode 'host'");
        assertRefused("{'MacAddress': '02:00:00:00:00:0a', 'NetworkingConfig': {'EndpointsConfig': {'back': {'MacAddress': '02:00:00:00:00:0b'}}}}", 400,
                "the container-wide MAC address must match the endpoint-specific MAC address for the main network, or be left empty");
    }

    @Test
    void aHostNameMayHaveADomain() {
        assertThat(read("{\"Hostname\": \"web\", \"Domainname\": \"example.org\"}").domainname()).isEqualTo("example.org");
        assertThat(read("{\"Domainname\": \"\"}").domainname()).isNull();
    }

    private static void assertRefused(String body, int status, String message) {
        assertThatThrownBy(() -> read(body.replace('\'', '"')))
                .isInstanceOfSatisfying(DockerRefusal.class, no -> assertThat(no.status()).isEqualTo(status))
                .hasMessage(message);
    }

    private static ContainerSpec read(String json) {
        return CreateBody.read(Json.read(json, JsonNode.class), ImageRef.parse("web"), null, NEWEST, NetworkIds.UNKNOWN, DockerNames.SOCKETS, List.of()).request().spec();
    }
}
