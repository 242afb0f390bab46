package io.gantry.cli.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.PortPublish;
import io.gantry.contracts.spec.RestartPolicy;
import io.gantry.contracts.spec.Security;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.contracts.unit.SeccompProfile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class SpecOptionsTest {
    private static ContainerSpec spec(String... options) {
        SpecOptions parsed = new SpecOptions();
        new CommandLine(CommandLine.Model.CommandSpec.forAnnotatedObject(parsed)).parseArgs(options);
        return parsed.spec("debian", List.of(), false, false);
    }

    @Test
    void leavesEverythingToTheDefaults() {
        assertThat(spec()).isEqualTo(ContainerSpec.of(ImageRef.parse("debian:latest")));
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
