package io.gantry.agent.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.agent.runtime.ExecSession;
import io.gantry.agent.runtime.Exit;
import io.gantry.agent.runtime.Running;
import io.gantry.agent.runtime.StartFailure;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.ExecSpec;
import io.gantry.contracts.state.Observed.ExitReason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How real containers start and end, and what is said of that. */
@Timeout(60)
class StartAndEndIT {
    @AutoClose private static final TestHost host = TestHost.make();
    private ContainerId id = TestHost.newId();

    /** An end is told before all of it is gone; the next test may look for what is left. */
    @AfterEach
    void cleanUp() {
        host.runtime.remove(id);
    }

    @Test
    void tellsTheExitCode() throws Exception {
        assertThat(host.run(id, TestHost.shell("true"))).extracting(Exit::code, Exit::reason).containsExactly(0, ExitReason.EXITED);
        id = TestHost.newId();
        assertThat(host.run(id, TestHost.shell("exit 3")).code()).isEqualTo(3);
    }

    @Test
    void tellsTheSignalThatEndedIt() throws Exception {
        assertThat(host.run(id, TestHost.shell("kill -9 $$")))
                .extracting(Exit::code, Exit::reason)
                .containsExactly(137, ExitReason.SIGNALLED);
    }

    @Test
    void saysWhichProgramIsMissing() throws Exception {
        assertThatThrownBy(() -> host.runtime.start(host.request(id, TestHost.command("nowhere", "x"))))
                .isInstanceOfSatisfying(
                        StartFailure.class,
                        e -> {
                            assertThat(e.failure().step()).isEqualTo("execute");
                            assertThat(e.failure().errno()).isEqualTo(2);
                            assertThat(e.failure().detail()).isEqualTo("program 'nowhere' was not found in the container");
                            assertThat(e.failure().hint()).startsWith("check entrypoint and command");
                        });
        assertThat(host.leftovers()).isEmpty();
    }

    @Test
    void anImageOfNothingHasARootWithoutPrograms() throws Exception {
        Path empty = Files.createDirectory(host.folder.resolve("empty"));
        assertThatThrownBy(() -> host.runtime.start(TestHost.request(id, TestHost.command("/hello"), 1, Optional.empty(), empty)))
                .isInstanceOfSatisfying(StartFailure.class, e -> assertThat(e.failure().detail()).isEqualTo("program '/hello' was not found in the container"));
        assertThat(host.leftovers()).isEmpty();
    }

    @Test
    void saysWhichUserIsUnknown() {
        ContainerSpec spec = TestHost.shell("true").but().user("ghost").build();
        assertThatThrownBy(() -> host.runtime.start(host.request(id, spec)))
                .isInstanceOf(StartFailure.class)
                .hasMessage("resolve-user: the image has no user 'ghost' in /etc/passwd");
    }

    @ParameterizedTest
    @ValueSource(strings = {":/usr/bin", "/usr/bin:", "/usr/bin::/sbin", ""})
    void anEmptyElementOfThePathIsTheWorkingFolder(String path) throws Exception {
        Path program = Files.createDirectories(host.layer.resolve("tools")).resolve("here");
        Files.writeString(program, "#!/bin/sh\nexit 7\n");
        assertThat(program.toFile().setExecutable(true, false)).isTrue();
        ContainerSpec spec = TestHost.command("here").but().env(Map.of("PATH", path)).workingDir("/tools").build();
        assertThat(host.run(id, spec).code()).isEqualTo(7);
    }

    /** As {@code hostname -f} and {@code dnsdomainname} have it. */
    @Test
    void aHostNameHasTheDomainThatWasAskedFor() throws Exception {
        ContainerSpec spec = TestHost.shell("hostname; cat /proc/sys/kernel/domainname").but().hostname("web").domainname("example.org").build();
        assertThat(host.run(id, spec).code()).isZero();
        assertThat(host.output(id)).isEqualTo("web\nexample.org\n");
    }

    @Test
    void runsAsTheImagesUserInItsFolder() throws Exception {
        ContainerSpec spec = TestHost.shell("id; pwd; echo $HOME $A $FROM_IMAGE; echo err > /dev/stderr; hostname").but().env(Map.of("A", "b")).workingDir("/srv/deep").user("web").build();
        assertThat(host.run(id, spec).code()).isZero();
        assertThat(host.output(id).lines())
                .containsExactlyInAnyOrder(
                        "uid=33(web) gid=34(web) groups=40(logs)", "/srv/deep", "/srv b 1", "err", id.shortForm());
    }

    /** The container's group 0, as each of them, is one of its own range on the host; a further command is in them, too. */
    @Test
    void furtherGroupsAreTheContainersOwn() throws Exception {
        Running running = host.runtime.start(host.request(id, TestHost.shell("sleep 100").but().user("web").init(false).groups(List.of("logs", "0", "1234")).build()));
        long first = firstIdOfHost(running, "gid_map");
        String groups = Files.readAllLines(Path.of("/proc/" + running.pid() + "/status")).stream().filter(line -> line.startsWith("Groups:")).findFirst().orElseThrow();
        assertThat(groups.substring("Groups:".length()).strip().split(" ")).containsExactlyInAnyOrder(Long.toString(first), Long.toString(first + 40), Long.toString(first + 1234));
        try (ExecSession session = host.runtime.exec(id, new ExecSpec(List.of("id", "-G"), null, "0:0", null, false, false))) {
            assertThat(new String(session.stdout().readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("0 40 1234\n");
        }
        host.runtime.kill(id);
        host.awaitEnd(id);
    }

    @Test
    void saysWhichGroupIsUnknown() {
        ContainerSpec spec = TestHost.shell("true").but().groups(List.of("ghosts")).build();
        assertThatThrownBy(() -> host.runtime.start(host.request(id, spec))).isInstanceOf(StartFailure.class).hasMessage("resolve-user: the image has no group 'ghosts' in /etc/group");
    }

    @Test
    void twoContainersNeverShareIds() throws Exception {
        ContainerId other = TestHost.newId();
        Running first = host.runtime.start(host.request(id, TestHost.shell("sleep 100")));
        Running second = host.runtime.start(host.request(other, TestHost.shell("sleep 100")));
        for (String map : List.of("uid_map", "gid_map")) {
            assertThat(Math.abs(firstIdOfHost(first, map) - firstIdOfHost(second, map))).as(map).isGreaterThanOrEqualTo(65_536);
        }
        host.runtime.kill(id);
        host.runtime.kill(other);
        assertThat(host.awaitEnd(id).code()).isEqualTo(137);
        host.runtime.remove(other);
    }

    /** The host's id that the container's 0 is; the map must be one range of 65536. */
    private static long firstIdOfHost(Running container, String map) throws IOException {
        String[] numbers = Files.readString(Path.of("/proc/" + container.pid(), map)).strip().split("\\s+");
        assertThat(numbers).as(map).hasSize(3).startsWith("0").endsWith("65536");
        return Long.parseLong(numbers[1]);
    }

    @Test
    void stopsByTheSignalItHandles() throws Exception {
        host.runtime.start(host.request(id, TestHost.shell("trap 'echo bye; exit 7' TERM; echo up; while true; do sleep 0.05; done")));
        host.awaitOutput(id, "up");
        assertThat(host.runtime.signal(id, "SIGTERM")).isTrue();
        assertThat(host.awaitEnd(id).code()).isEqualTo(7);
        assertThat(host.runtime.signal(id, "SIGTERM")).isFalse();
        assertThat(host.output(id)).isEqualTo("up\nbye\n");
    }

    @Test
    void withoutInitTheCommandIsProcessOne() throws Exception {
        ContainerSpec spec = TestHost.shell("echo $$; exit 5").but().init(false).build();
        assertThat(host.run(id, spec).code()).isEqualTo(5);
        assertThat(host.output(id)).isEqualTo("1\n");
    }

    @Test
    void explainsWhatItDid() throws Exception {
        host.run(id, TestHost.shell("true"));
        var explanation = host.runtime.explain(id);
        assertThat(explanation.steps()).hasSizeGreaterThan(60);
        assertThat(explanation.steps()).anyMatch(step -> step.call().startsWith("fsopen(\"overlay\")"));
        assertThat(explanation.steps().getLast().title()).startsWith("The command runs");
    }
}
