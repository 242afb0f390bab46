package io.gantry.cli.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.Mount;
import io.gantry.contracts.spec.PortPublish;
import io.gantry.contracts.spec.RestartPolicy;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.contracts.unit.Ipv4;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
    void readsMemoryForFiles() {
        assertThat(spec("--tmpfs", "/run", "--tmpfs", "/tmp:size=64m,mode=0700,exec", "--mount", "type=tmpfs,target=/a,tmpfs-size=1m,readonly").mounts())
                .containsExactly(
                        new Mount.Tmpfs("/a", Bytes.mebi(1), null, true, false),
                        Mount.Tmpfs.at("/run"),
                        new Mount.Tmpfs("/tmp", Bytes.mebi(64), 0700, false, true));
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

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "-v | /srv:/a:shared | -v /srv:/a:shared: there is no 'shared' here; there are ro, rslave",
        "-v | data:/a:slow | -v data:/a:slow: there is no 'slow' here; there are ro, nocopy",
        "-v | da/ta:/a | source is a volume's name: letters, digits and . _ - between them, at most 128; got 'da/ta'",
        "--tmpfs | /run:colour=red | --tmpfs /run:colour=red: there is no 'colour' here; there are size=, mode=, ro, exec",
        "--tmpfs | /run:mode=9 | --tmpfs /run:mode=9: '9' is no mode; write for example 1777",
        "--tmpfs | run | target is an absolute path inside, got 'run'",
        "--mount | type=npipe,target=/a | --mount type=npipe,target=/a says no type that there is: volume, tmpfs, bind"
    })
    void saysWhatIsNoMount(String option, String text, String message) {
        assertThatThrownBy(() -> spec(option, text)).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }
}
