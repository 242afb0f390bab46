package io.gantry.agent.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.agent.runtime.AttachSession;
import io.gantry.agent.runtime.ExecSession;
import io.gantry.agent.runtime.Exit;
import io.gantry.contracts.view.Explanation;
import io.gantry.agent.runtime.Grants;
import io.gantry.agent.runtime.Recovered;
import io.gantry.agent.runtime.RunRequest;
import io.gantry.agent.runtime.Running;
import io.gantry.agent.runtime.StartFailure;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.ExecSpec;
import io.gantry.contracts.spec.Mount;
import io.gantry.contracts.spec.Namespaces;
import io.gantry.contracts.spec.Resources;
import io.gantry.contracts.spec.Rlimit;
import io.gantry.contracts.spec.Security;
import io.gantry.contracts.link.KeptFiles;
import io.gantry.contracts.state.Observed.ExitReason;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.MilliCpu;
import io.gantry.contracts.view.IsolationView;
import io.gantry.contracts.view.IsolationView.Grade;
import io.gantry.kernel.probe.KernelReport;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Containers whose first process is made by crun: as our own in all that anybody sees of them. */
@Timeout(60)
class CrunIT {
    private static final String FIRST = "correct-horse-0b1f";
    private static final String SECOND = "battery-staple-77e2";
    @AutoClose private final TestHost host = TestHost.make();
    private final ContainerId id = TestHost.newId();

    private static ContainerSpec byCrun(ContainerSpec spec) {
        return spec.but().runtime("crun").build();
    }

    private static ContainerSpec shell(String script) {
        return byCrun(TestHost.shell(script));
    }

    @Test
    void runsAsTheSpecSaysAndEndsWithItsCommandsStatus() throws Exception {
        ContainerSpec spec = shell("id; pwd; hostname; cat /proc/sys/kernel/domainname; echo $COLOUR $FROM_IMAGE $HOME; echo wrong >&2; exit 7")
                .but().user("web").workingDir("/srv/made").hostname("shop").domainname("example.org").env(Map.of("COLOUR", "green")).build();
        Exit exit = host.run(id, spec);
        assertThat(host.output(id)).isEqualTo("uid=33(web) gid=34(web) groups=40(logs)\n/srv/made\nshop\nexample.org\ngreen 1 /srv\nwrong\n");
        assertThat(exit.code()).isEqualTo(7);
        assertThat(exit.reason()).isEqualTo(ExitReason.EXITED);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void saysWhichProgramIsMissingAndWhichMayNotBeExecuted(boolean init) throws Exception {
        assertThatThrownBy(() -> host.runtime.start(host.request(id, byCrun(TestHost.command("nonesuch")).but().init(init).build())))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("program 'nonesuch' was not found in the container");
        assertThatThrownBy(() -> host.runtime.start(host.request(id, byCrun(TestHost.command("/etc/passwd")).but().init(init).build())))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("program '/etc/passwd' may not be executed");
        assertThat(host.leftovers()).isEmpty();
    }

    @Test
    void tellsWhatCrunSaysWhenItMakesNothing() throws Exception {
        Files.createDirectories(host.layer.resolve("sys-link"));
        Files.deleteIfExists(host.layer.resolve("proc"));
        Files.createSymbolicLink(host.layer.resolve("proc"), Path.of("sys-link"));
        assertThatThrownBy(() -> host.runtime.start(host.request(id, shell("true"))))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("crun says:")
                .hasMessageContaining("proc");
        assertThat(host.leftovers()).isEmpty();
    }

    @Test
    void itsCommandCanBeProcessOne() throws Exception {
        host.run(id, shell("echo $$; tr '\\0' ' ' < /proc/1/cmdline; true").but().init(false).build());
        assertThat(host.output(id)).startsWith("1\n/bin/sh -c ");
        ContainerId looks = TestHost.newId();
        host.run(looks, shell("grep ^se.slice /proc/1/sched").but().init(false).build());
        assertThat(host.output(looks)).as("the monitor's short slice isn't handed on").contains("se.slice").doesNotContain(" 100000\n");
        ContainerId other = TestHost.newId();
        host.run(other, shell("echo $$; tr '\\0' ' ' < /proc/1/cmdline; touch /dev/gantry-init; cat /proc/1/status | grep Name"));
        assertThat(host.output(other)).contains("/dev/gantry-init", "Read-only file system", "gantry-init\n").doesNotStartWith("1\n");
    }

    @Test
    void itsTerminalHasTheSizeThatWasSaidBeforeItsStart() throws Exception {
        try (AttachSession session = host.runtime.attach(id)) {
            session.resize(33, 101);
            host.runtime.start(host.request(id, shell("stty size").but().tty(true).build()));
            assertThat(new String(session.stdout().readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("33 101\r\n");
        }
        host.awaitEnd(id);
    }

    @Test
    void endsByItsMemoryLimitAndCountsItsProcesses() throws Exception {
        Resources small = Resources.limits().memory(Bytes.mebi(16)).build();
        Exit exit = host.run(id, TestHost.limited(shell("x=a; while true; do x=$x$x; done"), small));
        assertThat(exit.reason()).isEqualTo(ExitReason.OUT_OF_MEMORY);
        ContainerId other = TestHost.newId();
        host.run(other, TestHost.limited(shell("for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do sleep 1 & done; wait"), Resources.limits().pids(10).build()));
        assertThat(host.output(other)).contains("can't fork");
    }

    @Test
    void stopsByTheSignalItHandlesAndTellsOfTheOneItDoesNot() throws Exception {
        host.runtime.start(host.request(id, shell("trap 'echo bye; exit 7' TERM; echo up; while true; do sleep 0.05; done")));
        host.awaitOutput(id, "up");
        assertThat(host.runtime.signal(id, "SIGTERM")).isTrue();
        assertThat(host.awaitEnd(id).code()).isEqualTo(7);
        assertThat(host.output(id)).isEqualTo("up\nbye\n");
        ContainerId other = TestHost.newId();
        host.runtime.start(host.request(other, byCrun(TestHost.command("/bin/sleep", "1000"))));
        host.runtime.signal(other, "SIGTERM");
        assertThat(host.awaitEnd(other)).satisfies(exit -> {
            assertThat(exit.code()).isEqualTo(143);
            assertThat(exit.reason()).isEqualTo(ExitReason.SIGNALLED);
        });
    }

    @Test
    void takesInputAndHasATerminalWithSizeAndEcho() throws Exception {
        try (AttachSession session = host.runtime.attach(id)) {
            host.runtime.start(host.request(id, shell("cat").but().stdin(true).build()));
            session.stdin().write("there and back\n".getBytes(StandardCharsets.UTF_8));
            session.closeStdin();
            assertThat(new String(session.stdout().readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("there and back\n");
        }
        host.awaitEnd(id);
        ContainerId other = TestHost.newId();
        ContainerSpec spec = shell("read x; trap 'echo interrupted; exit 3' INT; stty size; echo got $x; tty -s && readlink /proc/self/fd/0; while true; do sleep 0.05; done");
        try (AttachSession session = host.runtime.attach(other)) {
            host.runtime.start(host.request(other, spec.but().tty(true).stdin(true).build()));
            session.resize(33, 101);
            session.stdin().write("hello\n".getBytes(StandardCharsets.UTF_8));
            host.awaitOutput(other, "/dev/pts/0");
            session.stdin().write(3);
            String all = new String(session.stdout().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(all).contains("hello\r\n", "33 101\r\n", "got hello\r\n", "/dev/pts/0\r\n", "interrupted\r\n");
        }
        assertThat(host.awaitEnd(other).code()).isEqualTo(3);
    }

    @Test
    void aFurtherCommandIsAsConfinedAsTheFirst() throws Exception {
        host.runtime.start(host.request(id, shell("sleep 1000")));
        String look = "cat; id -u; grep -E 'NoNewPrivs|Seccomp:|Cap' /proc/self/status; cat /proc/self/cgroup; exit 9";
        ContainerId own = TestHost.newId();
        host.runtime.start(host.request(own, TestHost.shell("sleep 1000")));
        assertThat(exec(id, look)).contains("NoNewPrivs:\t1", "Seccomp:\t2").isEqualTo(exec(own, look));
        for (ContainerId each : List.of(id, own)) {
            host.runtime.kill(each);
            host.awaitEnd(each);
        }
    }

    private String exec(ContainerId container, String script) throws Exception {
        try (ExecSession session = host.runtime.exec(container, new ExecSpec(List.of("sh", "-c", script), null, null, null, false, true))) {
            session.stdin().write("in\n".getBytes(StandardCharsets.UTF_8));
            session.stdin().close();
            String out = new String(session.stdout().readAllBytes(), StandardCharsets.UTF_8);
            return out + session.waitForExit();
        }
    }

    @Test
    void theNextAgentFindsItAndHearsOfItsEnd() throws Exception {
        Running before = host.runtime.start(host.request(id, shell("trap 'exit 6' TERM; echo up; while true; do sleep 0.05; done")));
        host.awaitOutput(id, "up");
        host.runtime.close();
        host.boot(StepListener.NONE);
        assertThat(host.runtime.recover()).containsExactly(new Recovered(id, 1, before.pid(), before.startedAt(), Optional.empty(), false));
        assertThat(exec(id, "cat")).isEqualTo("in\n0");
        assertThat(host.runtime.pause(id)).isTrue();
        host.runtime.signal(id, "TERM");
        assertThat(host.ends).as("it hears nothing while it is held").isEmpty();
        assertThat(host.runtime.unpause(id)).isTrue();
        assertThat(host.awaitEnd(id).code()).isEqualTo(6);
    }

    @Test
    void removalLeavesNothingAndCrunKnowsNothingOfIt() throws Exception {
        host.runtime.start(host.request(id, shell("touch /d; sleep 1000")));
        try (Stream<Path> kept = Files.exists(Path.of("/run/crun")) ? Files.list(Path.of("/run/crun")) : Stream.empty()) {
            assertThat(kept).as("what crun keeps of it on the host").noneMatch(path -> path.endsWith(id.value()));
        }
        assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).as("what is mounted on the host for it").doesNotContain(id.value());
        host.runtime.remove(id);
        assertThat(host.runtime.folders().container(id)).doesNotExist();
        assertThat(host.leftovers()).isEmpty();
    }

    /** Whatever makes it: only the program of process 1 is mounted beside. */
    @Test
    void theKernelSaysTheSameOfItsCommandAsOfOneOfOurOwn() throws Exception {
        ContainerSpec spec = TestHost.command("/bin/sleep", "98765").but()
                .user("web").workingDir("/srv").hostname("same").env(Map.of("COLOUR", "green"))
                .resources(Resources.DEFAULT.but().cpu(new MilliCpu(1500)).cpuset("0").memory(Bytes.mebi(64)).pids(50).oomScore(10)
                        .rlimits(Map.of("nofile", new Rlimit(64, 128L))).build())
                .mounts(List.of(new Mount.Tmpfs("/scratch", Bytes.mebi(1), 0700, false, false)))
                .security(new Security(List.of("NET_ADMIN"), List.of("MKNOD"), null, null, false, List.of("/etc/group"), List.of("/tmp"), Map.of("net.core.somaxconn", "77"), null))
                .build();
        Running own = host.runtime.start(host.request(id, spec));
        ContainerId other = TestHost.newId();
        Running crun = host.runtime.start(host.request(other, byCrun(spec)));
        Map<String, String> expected = Seen.of(child(own.pid()));
        Map<String, String> found = Seen.of(child(crun.pid()));
        expected.forEach((what, text) -> {
            if (!what.equals("mountinfo")) {
                assertThat(found.get(what)).as(what).isEqualTo(text);
            }
        });
        assertThat(mounts(found)).isEqualTo(mounts(expected));
        for (ContainerId each : List.of(id, other)) {
            host.runtime.kill(each);
            host.awaitEnd(each);
        }
    }

    /** What is where, and whether it is read-only: {@code /proc/sys proc /sys ro}. What hides something is so in any case. */
    private static List<String> mounts(Map<String, String> seen) {
        return seen.get("mountinfo").lines()
                .map(line -> line.split(" "))
                .map(part -> "%s %s %s %s".formatted(part[1], part[part.length - 3], part[0], part[0].equals("/null") ? "hidden" : part[2].substring(0, 2)))
                .sorted()
                .toList();
    }

    private static long child(long pid) {
        return ProcessHandle.of(pid).orElseThrow().children().findFirst().orElseThrow().pid();
    }

    @Test
    void itsIsolationIsReportedAsTheBest() throws Exception {
        host.runtime.start(host.request(id, shell("sleep 1000")));
        IsolationView report = host.runtime.isolation(id);
        assertThat(report.findings()).allSatisfy(finding -> assertThat(finding.grade()).as(finding.toString()).isEqualTo(Grade.A));
        assertThat(report.drift()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void secretsAreLinkedInWhateverTheRootAndRenewedAsItRuns(boolean readOnly) throws Exception {
        ContainerSpec spec = shell("cat /run/secrets/db; stat -L -c ' %u %a' /run/secrets/db; until grep -q staple /run/secrets/db; do sleep 0.05; done; cat /run/secrets/db")
                .but().user("web").readOnlyRoot(readOnly).mounts(List.of(Mount.Secret.named("db"))).build();
        host.runtime.start(withSecret(spec, FIRST));
        host.awaitOutput(id, FIRST);
        host.runtime.renew(withSecret(spec, SECOND).container().withFiles(1), secret(SECOND));
        assertThat(host.awaitEnd(id).code()).isZero();
        assertThat(host.output(id)).isEqualTo(FIRST + " 33 400\n" + SECOND);
    }

    private RunRequest withSecret(ContainerSpec spec, String content) {
        RunRequest plain = host.request(id, spec);
        return new RunRequest(plain.container(), plain.run(), plain.layers(), plain.network(), secret(content));
    }

    private static KeptFiles secret(String content) {
        return new KeptFiles(List.of(new KeptFiles.One("secret", "db", content.getBytes(StandardCharsets.UTF_8))));
    }

    @Test
    void hasItsNetworkBeforeItRuns() throws Exception {
        try (TestBridge bridge = new TestBridge(host.node)) {
            RunRequest request = host.request(id, shell("ip address show eth0; ip route; nc -l -p 80 -e true & sleep 0.1; ip link show lo"), 1, Optional.of(TestBridge.attachment(host.node, 5)));
            host.runtime.start(request);
            assertThat(host.awaitEnd(id).code()).isZero();
            assertThat(host.output(id)).contains(TestBridge.attachment(host.node, 5).address() + "/24", "default via " + bridge.gateway, "lo: <LOOPBACK,UP");
            host.runtime.remove(id);
            assertThat(bridge.cables(5)).isEmpty();
        }
    }

    @Test
    void isRefusedByNameWhatItsClassDoesNotGive() throws Exception {
        host.runtime.close();
        host.boot(host.settings.granting(Grants.parse(List.of("namespace:network", "namespace:pid", "privileged"))), KernelReport.COMPLETE);
        ContainerSpec plain = shell("true");
        assertRefused(plain.but().network("container:" + TestHost.newId()).build(), "namespaces of another container");
        assertRefused(plain.but().network("host").build(), "namespaces of the host");
        assertRefused(plain.but().namespaces(new Namespaces(null, "host")).build(), "namespaces of the host");
        assertRefused(plain.but().security(new Security(null, null, null, null, false, null, null, null, null, true)).build(), "security.privileged");
        assertRefused(plain.but().runtime("kata").build(), "doesn't offer the runtime class 'kata', but namespaces, crun");
    }

    private void assertRefused(ContainerSpec spec, String why) {
        assertThatThrownBy(() -> host.runtime.start(host.request(id, spec))).isInstanceOf(StartFailure.class).hasMessageContaining(why);
    }

    @Test
    void theExplanationSaysThatCrunMadeItAndByWhichConfig() throws Exception {
        host.run(id, shell("true").but().user("web").build());
        Explanation explanation = host.runtime.explain(id);
        assertThat(explanation.steps()).anySatisfy(step -> assertThat(step.title()).startsWith("Have crun 1.8.1 make the container"));
        assertThat(explanation.steps()).anySatisfy(step -> assertThat(step.call()).startsWith("write(\"/tmp/config.json\"").contains("\"uid\":33", "\"uidMappings\""));
        assertThat(explanation.steps()).anySatisfy(step -> assertThat(step.shell()).startsWith("/usr/bin/crun --root=/tmp/state --cgroup-manager=disabled").endsWith("start " + id));
        assertThat(explanation.steps().getLast().title()).startsWith("The command runs");
    }
}
