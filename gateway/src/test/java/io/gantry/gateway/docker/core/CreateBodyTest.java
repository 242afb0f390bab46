package io.gantry.gateway.docker.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.PortPublish;
import io.gantry.contracts.spec.RestartPolicy;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.contracts.unit.MilliCpu;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CreateBodyTest {
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
        assertThat(spec.labels()).isEqualTo(Map.of("x", "y", DockerNames.STDIN_ONCE, "true"));
        assertThat(spec.network()).isEqualTo(ContainerSpec.DEFAULT_NETWORK);
        assertThat(spec.resources().cpu()).isEqualTo(new MilliCpu(500));
        assertThat(spec.resources().cpuWeight()).isEqualTo(50);
        assertThat(spec.restart()).isEqualTo(new RestartPolicy(RestartPolicy.Mode.ON_FAILURE, 4));
        assertThat(spec.stop().grace()).isEqualTo(Duration.ofSeconds(3));
        assertThat(spec.init()).isFalse();
        assertThat(spec.ports())
                .containsExactly(
                        new PortPublish(Ipv4.parse("127.0.0.1"), 8080, 80, PortPublish.Protocol.TCP), new PortPublish(null, 0, 53, PortPublish.Protocol.UDP));
    }

    @Test
    void refusesByNameWhatItCannotDo() {
        for (String field : List.of("Privileged\": true", "Binds\": [\"/a:/b\"]", "CapAdd\": [\"SYS_ADMIN\"]", "PublishAllPorts\": true", "ShmSize\": 1024", "IpcMode\": \"host")) {
            String end = field.endsWith("host") ? "\"" : "";
            assertThatThrownBy(() -> read("{\"HostConfig\": {\"" + field + end + "}}"))
                    .hasMessageStartingWith("HostConfig." + field.substring(0, field.indexOf('"')))
                    .hasMessageEndingWith("is not supported yet");
        }
        assertThatThrownBy(() -> read("{\"HostConfig\": {\"NetworkMode\": \"host\"}}")).hasMessage("HostConfig.NetworkMode 'host' is not supported yet");
        assertThatThrownBy(() -> read("{\"HostConfig\": {\"AutoRemove\": true, \"RestartPolicy\": {\"Name\": \"always\"}}}"))
                .hasMessage("can't create 'AutoRemove' container with restart policy");
    }

    @Test
    void takesWhatTheCliSendsByDefault() {
        read("""
                {"Hostname": "", "AttachStdout": true, "Env": null, "Cmd": ["echo"], "Volumes": {}, "Entrypoint": null, "OnBuild": null, "Labels": {}, "HostConfig": {"Binds": null,
                 "ContainerIDFile": "", "LogConfig": {"Type": "", "Config": {}}, "NetworkMode": "default", "PortBindings": {}, "RestartPolicy": {"Name": "no", "MaximumRetryCount": 0},
                 "AutoRemove": false, "VolumeDriver": "", "VolumesFrom": null, "ConsoleSize": [24, 80], "CapAdd": null, "CgroupnsMode": "", "Dns": [], "IpcMode": "", "OomScoreAdj": 0,
                 "PidMode": "", "Privileged": false, "SecurityOpt": null, "UTSMode": "", "ShmSize": 0, "Isolation": "", "Memory": 0, "MemorySwap": 0, "MemorySwappiness": -1,
                 "OomKillDisable": false, "PidsLimit": 0, "Ulimits": [], "BlkioWeight": 0, "BlkioWeightDevice": [], "MaskedPaths": null},
                 "NetworkingConfig": {"EndpointsConfig": {"default": {"IPAMConfig": null, "Links": null, "Aliases": null}}}}
                """);
    }

    private static ContainerSpec read(String json) {
        return CreateBody.read(Json.read(json, JsonNode.class), ImageRef.parse("web"), null).spec();
    }
}
