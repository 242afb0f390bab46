package io.gantry.agent.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.gantry.agent.plan.LauncherStep;
import io.gantry.agent.runtime.AttachSession;
import io.gantry.agent.runtime.ExecSession;
import io.gantry.agent.runtime.Exit;
import io.gantry.agent.runtime.Running;
import io.gantry.agent.runtime.StartFailure;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.ExecSpec;
import io.gantry.contracts.spec.LogPolicy;
import io.gantry.contracts.spec.Resources;
import io.gantry.contracts.state.Observed.ExitReason;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.MilliCpu;
import io.gantry.contracts.view.ContainerProcess;
import io.gantry.contracts.view.ContainerStats;
import io.gantry.kernel.probe.KernelReport;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real containers on the real kernel: how they start, run and end. */
@Timeout(60)
class LinuxContainerRuntimeIT {
    private static TestHost host;
    private ContainerId id;

    @BeforeAll
    static void boot() throws Exception {
        host = TestHost.make();
    }

    @AfterAll
    static void close() throws Exception {
        host.close();
    }

    @BeforeEach
    void fresh() {
        id = TestHost.newId();
    }

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

    /** A pipe would let the start wait for ever for somebody at its other end; a link would lead out of the image's own files. */
    @Test
    void whatTheImageHasInThePlaceOfAFileOfOursMakesRoomForIt() throws Exception {
        Path pipe = host.layer.resolve("etc/hosts");
        Path link = host.layer.resolve("etc/hostname");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        Files.createSymbolicLink(link, Path.of("/proc/1/root/etc/shadow"));
        try {
            host.runtime.start(host.request(id, TestHost.shell("cat /etc/hosts /etc/hostname")));
            assertThat(host.awaitEnd(id).code()).isZero();
            assertThat(host.output(id)).contains("localhost", id.shortForm());
        } finally {
            Files.delete(pipe);
            Files.delete(link);
        }
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
        ContainerSpec spec = TestHost.with(TestHost.shell("true"), "ghost", null, false, false, false, null, null);
        assertThatThrownBy(() -> host.runtime.start(host.request(id, spec)))
                .isInstanceOf(StartFailure.class)
                .hasMessage("resolve-user: the image has no user 'ghost' in /etc/passwd");
    }

    @Test
    void endsByMemoryLimit() throws Exception {
        ContainerSpec spec = TestHost.limited(TestHost.shell("x=a; while true; do x=$x$x; done"), Resources.limits().memory(Bytes.mebi(16)).build());
        assertThat(host.run(id, spec)).satisfies(exit -> {
            assertThat(exit.code()).isEqualTo(137);
            assertThat(exit.reason()).isEqualTo(ExitReason.OUT_OF_MEMORY);
            assertThat(exit.outOfMemory().kills()).isEqualTo(1);
            assertThat(exit.outOfMemory().process()).as("by the kernel's log").isEqualTo("sh");
            assertThat(exit.outOfMemory().pid()).isPositive();
        });
    }

    @Test
    void forkBombEndsAtThePidsLimit() throws Exception {
        ContainerSpec spec =
                TestHost.limited(
                        TestHost.shell("i=0; while [ $i -lt 60 ]; do sleep 5 & i=$((i+1)); done 2>&1; echo all"),
                        Resources.limits().pids(20).build());
        assertThat(host.run(id, spec).code()).isNotZero();
        assertThat(host.output(id)).contains("can't fork").doesNotContain("all");
    }

    @Test
    void staysWithinItsCpuQuota() throws Exception {
        ContainerSpec spec =
                TestHost.limited(
                        TestHost.shell("sh -c 'while true; do :; done' & sleep 1; kill $!; wait; cat /proc/stat >/dev/null; times"),
                        Resources.limits().cpu(new MilliCpu(100)).build());
        assertThat(host.run(id, spec).code()).isZero();
        String children = host.output(id).lines().toList().get(1);
        double seconds = Double.parseDouble(children.replaceAll("0m([0-9.]+)s.*", "$1"));
        assertThat(seconds).isBetween(0.03, 0.35);
    }

    @Test
    void seesOnlyTheCoresOfItsCpuset() throws Exception {
        ContainerSpec spec = TestHost.limited(TestHost.shell("nproc"), Resources.limits().cpuset("0").build());
        assertThat(host.run(id, spec).code()).isZero();
        assertThat(host.output(id)).isEqualTo("1\n");
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
    void writesLandUnshiftedInTheWritableLayerOnly() throws Exception {
        assertThat(host.run(id, TestHost.shell("echo new > /file; chmod 600 /etc/passwd; rm -r /tmp")).code()).isZero();
        Path upper = host.runtime.folders().upper(id);
        assertThat(upper.resolve("file")).hasContent("new");
        assertThat(Files.getAttribute(upper.resolve("file"), "unix:uid")).isEqualTo(0);
        assertThat(host.layer.resolve("file")).doesNotExist();
        assertThat(host.layer.resolve("tmp")).exists();
        assertThat(Files.getAttribute(host.layer.resolve("etc/passwd"), "unix:mode")).isEqualTo(0100644);
        assertThat(host.run(id, TestHost.shell("cat /file; ls /")).code()).as("the second run on the same layer").isZero();
        assertThat(host.output(id)).startsWith("new\n").doesNotContain("tmp");
    }

    @Test
    void readOnlyRootRefusesWrites() throws Exception {
        ContainerSpec spec = TestHost.with(TestHost.shell("touch /x; touch /dev/shm/y && echo shm"), null, null, false, false, true, null, null);
        assertThat(host.run(id, spec).code()).isZero();
        assertThat(host.output(id)).contains("Read-only file system").contains("shm");
    }

    @Test
    void runsAsTheImagesUserInItsFolder() throws Exception {
        ContainerSpec spec =
                TestHost.with(TestHost.shell("id; pwd; echo $HOME $A $FROM_IMAGE; echo err > /dev/stderr; hostname"), "web", "/srv/deep", false, false, false, Map.of("A", "b"), null);
        assertThat(host.run(id, spec).code()).isZero();
        assertThat(host.output(id).lines())
                .containsExactlyInAnyOrder(
                        "uid=33(web) gid=34(web) groups=40(logs)", "/srv/deep", "/srv b 1", "err", id.shortForm());
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
        ContainerSpec spec = TestHost.with(TestHost.shell("echo $$; exit 5"), null, null, false, false, false, null, false);
        assertThat(host.run(id, spec).code()).isEqualTo(5);
        assertThat(host.output(id)).isEqualTo("1\n");
    }

    @Test
    void attachedBeforeTheStartMissesNothing() throws Exception {
        ContainerSpec spec = TestHost.with(TestHost.shell("echo first; cat; echo oops >&2"), null, null, false, true, false, null, null);
        try (AttachSession session = host.runtime.attach(id)) {
            host.runtime.start(host.request(id, spec));
            session.stdin().write("typed\n".getBytes(StandardCharsets.UTF_8));
            session.closeStdin();
            assertThat(new String(session.stdout().readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("first\ntyped\n");
            assertThat(new String(session.stderr().readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("oops\n");
        }
        assertThat(host.awaitEnd(id).code()).isZero();
    }

    @Test
    void inputAndItsEndSentBeforeTheStartArrive() throws Exception {
        ContainerSpec spec = TestHost.with(TestHost.shell("cat"), null, null, false, true, false, null, null);
        try (AttachSession session = host.runtime.attach(id)) {
            Thread typing = Thread.startVirtualThread(() -> {
                try {
                    session.stdin().write("early\n".getBytes(StandardCharsets.UTF_8));
                    session.stdin().write("more\n".getBytes(StandardCharsets.UTF_8));
                    session.closeStdin();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            host.runtime.start(host.request(id, spec));
            typing.join();
            assertThat(new String(session.stdout().readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("early\nmore\n");
        }
        assertThat(host.awaitEnd(id).code()).isZero();
    }

    @Test
    void aClientThatDoesntReadBlocksNothing() throws Exception {
        try (AttachSession session = host.runtime.attach(id)) {
            host.runtime.start(host.request(id, TestHost.shell("yes 0123456789012345678901234567890123456789 | head -c 60000000; exit 4")));
            assertThat(host.awaitEnd(id).code()).isEqualTo(4);
            assertThat(session.stdout().read()).isEqualTo('0');
        }
    }

    @Test
    void terminalHasSizeAndEcho() throws Exception {
        ContainerSpec spec = TestHost.with(TestHost.shell("read x; stty size; echo got $x; tty -s; readlink /proc/self/fd/0"), null, null, true, true, false, null, null);
        try (AttachSession session = host.runtime.attach(id)) {
            host.runtime.start(host.request(id, spec));
            session.resize(33, 101);
            session.stdin().write("hello\n".getBytes(StandardCharsets.UTF_8));
            String all = new String(session.stdout().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(all).contains("hello\r\n", "33 101\r\n", "got hello\r\n", "/dev/pts/0");
        }
        assertThat(host.awaitEnd(id).code()).isZero();
    }

    @Test
    @Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void theEndOfInputSentBeforeTheStartReachesATerminal() throws Exception {
        ContainerSpec spec = TestHost.with(TestHost.shell("cat; echo over; exit 3"), null, null, true, true, false, null, null);
        try (AttachSession session = host.runtime.attach(id)) {
            Thread typing = Thread.startVirtualThread(session::closeStdin);
            host.runtime.start(host.request(id, spec));
            typing.join();
            assertThat(new String(session.stdout().readAllBytes(), StandardCharsets.UTF_8)).contains("over\r\n");
        }
        assertThat(host.awaitEnd(id).code()).isEqualTo(3);
    }

    @Test
    @Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void theEndOfATerminalsInputComesBehindAllThatWaits() throws Exception {
        String read = "stty -echo; echo ready; until [ -e /tmp/go ]; do sleep 0.02; done; wc -c";
        ContainerSpec spec = TestHost.with(TestHost.shell(read), null, null, true, true, false, null, null);
        try (AttachSession session = host.runtime.attach(id)) {
            host.runtime.start(host.request(id, spec));
            host.awaitOutput(id, "ready");
            session.stdin().write(("x".repeat(59) + "\n").repeat(2000).getBytes(StandardCharsets.UTF_8)); // a terminal takes half of it
            session.closeStdin();
            try (ExecSession go = host.runtime.exec(id, new ExecSpec(List.of("touch", "/tmp/go"), null, null, null, false, false))) {
                assertThat(go.waitForExit()).isZero();
            }
            assertThat(new String(session.stdout().readAllBytes(), StandardCharsets.UTF_8)).contains("120000");
        }
        assertThat(host.awaitEnd(id).code()).isZero();
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

    @Test
    void execRunsInsideWithTheSameConfinement() throws Exception {
        host.runtime.start(host.request(id, TestHost.shell("sleep 100")));
        ExecSpec spec = new ExecSpec(List.of("sh", "-c", "cat; hostname; id -u; grep -E 'NoNewPrivs|Seccomp:|CapBnd' /proc/self/status; cat /proc/self/cgroup; ls /proc/self/fd | wc -l; exit 9"), null, null, null, false, true);
        try (ExecSession session = host.runtime.exec(id, spec)) {
            session.stdin().write("in\n".getBytes(StandardCharsets.UTF_8));
            session.stdin().close();
            String out = new String(session.stdout().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(out).startsWith("in\n" + id.shortForm() + "\n0\n").contains("NoNewPrivs:\t1", "Seccomp:\t2", "CapBnd:\t00000000800425fb");
            assertThat(out.lines().filter(line -> line.matches("\\d+:.*:.*"))).allMatch(line -> line.endsWith(":/"));
            assertThat(out).endsWith("\n4\n");
            assertThat(session.waitForExit()).isEqualTo(9);
        }
        host.runtime.kill(id);
        host.awaitEnd(id);
    }

    @Test
    void execHandsOverEveryByteHoweverSlowTheReader() throws Exception {
        host.runtime.start(host.request(id, TestHost.shell("sleep 100")));
        try (ExecSession session = host.runtime.exec(id, new ExecSpec(List.of("sh", "-c", "yes abcdefg | head -c 8000000"), null, "web", null, false, false))) {
            long total = 0;
            byte[] buffer = new byte[65536];
            for (int got = session.stdout().read(buffer); got >= 0; got = session.stdout().read(buffer)) {
                total += got;
            }
            assertThat(total).isEqualTo(8_000_000);
            assertThat(session.waitForExit()).isZero();
        }
        assertThatThrownBy(() -> host.runtime.exec(id, new ExecSpec(List.of("nope"), null, null, null, false, false)))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("'nope' was not found");
        host.runtime.kill(id);
        host.awaitEnd(id);
    }

    @Test
    void tellsWhatAContainerUses() throws Exception {
        ContainerSpec spec = TestHost.shell("head -c 20000000 /dev/zero > /tmp/x; i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done; echo done; sleep 100");
        assertThat(host.runtime.stats(id)).as("before it runs").isEmpty();
        host.runtime.start(host.request(id, TestHost.limited(spec, Resources.limits().memory(Bytes.mebi(96)).pids(77).build())));
        host.awaitOutput(id, "done");
        ContainerStats stats = host.runtime.stats(id).orElseThrow();
        assertThat(stats.cpu().usageNanos()).isBetween(50_000_000L, 20_000_000_000L);
        assertThat(stats.cpu().userNanos() + stats.cpu().systemNanos()).isCloseTo(stats.cpu().usageNanos(), withinPercentage(5));
        assertThat(stats.cpu().hostNanos()).isGreaterThan(stats.cpu().usageNanos());
        assertThat(stats.memory().limitBytes()).isEqualTo(96L << 20);
        assertThat(stats.memory().usageBytes()).isBetween(stats.memory().workingSetBytes(), 96L << 20);
        assertThat(stats.memory().cacheBytes()).as("the file that it wrote").isGreaterThan(19_000_000);
        assertThat(stats.memory().peakBytes()).isGreaterThanOrEqualTo(stats.memory().usageBytes());
        assertThat(stats.pids()).isEqualTo(new ContainerStats.Pids(2, 77L));
        assertThat(stats.io().writtenBytes()).as("by a process that has ended").isGreaterThanOrEqualTo(20_000_000);
        assertThat(stats.pressure().cpu().someTotalMicros()).isNotNegative();
        assertThat(stats.networks()).as("no network here").isEmpty();
        host.runtime.kill(id);
        host.awaitEnd(id);
        assertThat(host.runtime.stats(id)).isEmpty();
    }

    @Test
    void tellsOfAChildThatWasKilledForWantOfMemoryThoughTheContainerEndsWell() throws Exception {
        ContainerSpec spec = TestHost.limited(TestHost.shell("tail /dev/zero; true"), Resources.limits().memory(Bytes.mebi(16)).build());
        assertThat(host.run(id, spec)).satisfies(exit -> {
            assertThat(exit.reason()).isEqualTo(ExitReason.EXITED);
            assertThat(exit.code()).isZero();
            assertThat(exit.outOfMemory().process()).isEqualTo("tail");
        });
    }

    @Test
    void keepsItsLogWithinItsOwnLimitsAndTakesOthersWhileItRuns() throws Exception {
        ContainerSpec spec = TestHost.with(
                TestHost.shell("while read n; do i=0; while [ $i -lt $n ]; do echo 0123456789012345678901234567890123456789012345678901234567890123456789; i=$((i+1)); done; echo done $n; done"),
                null, null, false, true, false, null, null);
        host.runtime.start(host.request(id, spec.but().log(new LogPolicy(new Bytes(32 << 10), 2)).build()));
        try (AttachSession session = host.runtime.attach(id)) {
            session.stdin().write("2000\n".getBytes(StandardCharsets.UTF_8));
            host.awaitOutput(id, "done 2000");
            assertThat(logSizes()).as("two files").hasSize(2).allMatch(size -> size <= 33 << 10);
            host.runtime.limitLog(id, new LogPolicy(new Bytes(64 << 10), 4));
            session.stdin().write("4000\n".getBytes(StandardCharsets.UTF_8));
            host.awaitOutput(id, "done 4000");
            assertThat(logSizes()).hasSize(4).anyMatch(size -> size > 40 << 10).allMatch(size -> size <= 65 << 10);
            host.runtime.limitLog(id, new LogPolicy(new Bytes(32 << 10), 1));
            session.stdin().write("10\n".getBytes(StandardCharsets.UTF_8));
            host.awaitOutput(id, "done 10");
            assertThat(logSizes()).hasSize(1);
        }
        host.runtime.kill(id);
        host.awaitEnd(id);
    }

    private List<Long> logSizes() throws IOException {
        try (var files = Files.list(host.runtime.folders().container(id))) {
            return files.filter(file -> file.getFileName().toString().matches("log(\\.\\d+)?")).map(file -> file.toFile().length()).toList();
        }
    }

    @Test
    void aThousandSessionsWhoseClientsVanishLeaveNothing() throws Exception {
        host.runtime.start(host.request(id, TestHost.shell("sleep 1000")));
        int before = open();
        for (int i = 0; i < 1000; i++) {
            if (i % 2 == 0) {
                host.runtime.attach(id).close();
                continue;
            }
            // a shell with a child and a pipe: all of its session
            ExecSession session = host.runtime.exec(id, new ExecSpec(List.of("sh", "-c", "sleep 1000 | cat & cat"), null, null, null, i % 3 == 0, true));
            session.kill();
            session.waitForExit();
            session.close();
        }
        // the last one's monitor, and what was killed with it, are on their way out
        Instant deadline = Instant.now().plusSeconds(10);
        while (!(sockets().equals(List.of("monitor")) && host.runtime.processes(id).size() == 2) && Instant.now().isBefore(deadline)) {
            Thread.onSpinWait();
        }
        assertThat(host.runtime.processes(id)).extracting(ContainerProcess::name).containsExactly("gantry-init", "sleep");
        assertThat(sockets()).containsExactly("monitor");
        assertThat(open()).as("descriptors").isLessThan(before + 20);
        host.runtime.kill(id);
        host.awaitEnd(id);
    }

    @Test
    void aCommandThatLeavesOthersTalkingBehindHasEnded() throws Exception {
        host.runtime.start(host.request(id, TestHost.shell("sleep 1000")));
        String talk = "for i in 1 2 3; do cat /dev/zero & cat /dev/zero >&2 & done; exit 5";
        try (ExecSession session = host.runtime.exec(id, new ExecSpec(List.of("sh", "-c", talk), null, null, null, false, false))) {
            Thread.startVirtualThread(() -> drain(session.stdout()));
            Thread.startVirtualThread(() -> drain(session.stderr()));
            assertThat(session.waitForExit()).isEqualTo(5);
        }
        Instant deadline = Instant.now().plusSeconds(10);
        while (host.runtime.processes(id).size() > 2 && Instant.now().isBefore(deadline)) {
            Thread.onSpinWait();
        }
        assertThat(host.runtime.processes(id)).as("nobody reads them any more").extracting(ContainerProcess::name).containsExactly("gantry-init", "sleep");
        host.runtime.kill(id);
        host.awaitEnd(id);
    }

    private static void drain(InputStream from) {
        try {
            from.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aCommandIsKilledThoughItReadsNothingOfWhatItWasSent() throws Exception {
        host.runtime.start(host.request(id, TestHost.shell("sleep 1000")));
        try (ExecSession session = host.runtime.exec(id, new ExecSpec(List.of("sleep", "1000"), null, null, null, false, true))) {
            CompletableFuture<Void> sent = new CompletableFuture<>();
            Thread.startVirtualThread(() -> {
                try {
                    session.stdin().write(new byte[8 << 20]);
                } catch (IOException e) {
                    sent.completeExceptionally(e);
                }
                sent.complete(null);
            });
            assertThatThrownBy(() -> sent.get(1, TimeUnit.SECONDS)).as("nobody takes it").isInstanceOf(TimeoutException.class);
            session.kill();
            assertThat(session.waitForExit()).isEqualTo(137);
        }
        host.runtime.kill(id);
        host.awaitEnd(id);
    }

    @Test
    void howItEndedIsKnownThoughItsLogWasSpoilt() throws Exception {
        host.runtime.start(host.request(id, TestHost.shell("echo up; sleep 0.5; exit 4")));
        host.awaitOutput(id, "up");
        Files.writeString(host.runtime.folders().log(id), "2026-99-99T99:99:99.999999999Z stdout F spoilt\n");
        assertThat(host.awaitEnd(id)).extracting(Exit::code, Exit::reason).containsExactly(4, ExitReason.EXITED);
    }

    @Test
    void aThousandClientsThatLeaveBeforeTheStartLeaveNothing() throws Exception {
        for (int i = 0; i < 1000; i++) {
            host.runtime.attach(id).close();
        }
        assertThat(host.runtime.waiting()).isZero();
        int before = open();
        host.runtime.start(host.request(id, TestHost.shell("sleep 1000")));
        // the monitor's place for the agent, and what the log's readers and sessions keep, but no thousand
        assertThat(open()).as("descriptors").isLessThan(before + 20);
        try (AttachSession first = host.runtime.attach(id)) {
            first.resize(24, 80);
        }
        host.runtime.kill(id);
        host.awaitEnd(id);
    }

    /** The monitor has places for sixteen; the agent's own must not be among those that are taken. */
    @Test
    void clientsThatWaitKeepNoContainerFromStarting() throws Exception {
        List<AttachSession> sessions = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            sessions.add(host.runtime.attach(id));
        }
        host.runtime.start(host.request(id, TestHost.shell("echo to all")));
        assertThat(host.awaitEnd(id).code()).isZero();
        List<String> heard = new ArrayList<>();
        for (AttachSession session : sessions) {
            heard.add(new String(session.stdout().readAllBytes(), StandardCharsets.UTF_8));
            session.close();
        }
        assertThat(heard).filteredOn("to all\n"::equals).hasSize(16);
        assertThat(heard).filteredOn(String::isEmpty).hasSize(4);
        assertThat(host.runtime.waiting()).isZero();
    }

    @Test
    void whoComesWhileItIsStartedIsAttached() throws Exception {
        AtomicReference<AttachSession> late = new AtomicReference<>();
        try (TestHost own = TestHost.make()) {
            own.runtime.close();
            own.boot((_, step) -> {
                // the last step: who waited before has been connected
                if (step instanceof LauncherStep.AwaitExecuted) {
                    late.set(own.runtime.attach(id));
                }
            });
            own.runtime.start(own.request(id, TestHost.with(TestHost.shell("read x; echo got $x"), null, null, false, true, false, null, null)));
            try (AttachSession session = late.get()) {
                session.stdin().write("it\n".getBytes(StandardCharsets.UTF_8));
                assertThat(new String(session.stdout().readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("got it\n");
            }
            own.awaitEnd(id);
        }
    }

    @Test
    void whoWaitsForARunThatIsOverWaitsNoMore() throws Exception {
        try (AttachSession session = host.runtime.attach(id)) {
            session.giveUp();
            assertThat(session.stdout().readAllBytes()).isEmpty();
            assertThat(host.runtime.waiting()).isZero();
        }
    }

    private List<String> sockets() throws IOException {
        try (var sockets = Files.list(host.runtime.folders().sockets(id))) {
            return sockets.map(path -> path.getFileName().toString()).toList();
        }
    }

    private static int open() {
        return new java.io.File("/proc/self/fd").list().length;
    }

    @Test
    void listsTheProcessesWithBothTheirNumbers() throws Exception {
        Running running = host.runtime.start(host.request(id, TestHost.with(TestHost.command("sleep", "100"), "web", null, false, false, false, null, null)));
        List<ContainerProcess> processes = host.runtime.processes(id);
        assertThat(processes).extracting(ContainerProcess::pid).containsExactly(1, 2);
        assertThat(processes.getLast()).satisfies(command -> {
            assertThat(command.command()).isEqualTo("sleep 100");
            assertThat(command.user()).isEqualTo(33);
            assertThat(command.parent()).isEqualTo(processes.getFirst().nodePid());
            assertThat(command.state()).isEqualTo("S");
            assertThat(command.startedAt()).isCloseTo(running.startedAt(), within(5, ChronoUnit.SECONDS));
        });
        assertThat(processes).extracting(ContainerProcess::nodePid).contains(running.pid());
        host.runtime.kill(id);
        host.awaitEnd(id);
        assertThat(host.runtime.processes(id)).isEmpty();
    }

    @Test
    void removesFoldersThatGoDeeperThanAPathCanSay() throws Exception {
        String deep = "n=$(printf '%0200d' 0); i=0; while [ $i -lt 40 ]; do mkdir $n && cd -P $n || exit 1; i=$((i+1)); done; echo $i";
        assertThat(host.run(id, TestHost.shell(deep)).code()).isZero();
        assertThat(host.output(id)).isEqualTo("40\n");
        host.runtime.remove(id);
        assertThat(host.runtime.folders().container(id)).doesNotExist();
    }

    @Test
    void removalLeavesNothing() throws Exception {
        host.run(id, TestHost.shell("mkdir /d; touch /d/x"));
        host.runtime.remove(id);
        assertThat(host.runtime.folders().container(id)).doesNotExist();
        host.runtime.remove(id);
        assertThat(host.leftovers()).isEmpty();
    }

    @Test
    void nobodyElseReadsWhatIsWrittenOfAContainer() throws Exception {
        host.runtime.start(host.request(id, TestHost.with(TestHost.shell("sleep 100"), null, null, false, false, false, Map.of("PASSWORD", "x"), null)));
        host.awaitFile(host.runtime.folders().explanation(id));
        try (ExecSession exec = host.runtime.exec(id, new ExecSpec(List.of("cat"), null, null, null, false, true))) {
            assertThat(reachable(host.settings.data())).filteredOn(path -> path.toString().contains(id.value())).containsExactly(host.runtime.folders().container(id));
            assertThat(reachable(host.settings.run())).filteredOn(path -> path.toString().contains(id.value().substring(0, 16)))
                    .containsExactly(host.runtime.folders().sockets(id));
            assertThat(mode(host.runtime.folders().container(id))).isEqualTo("rwx------");
            assertThat(mode(host.runtime.folders().sockets(id))).isEqualTo("rwx------");
        }
        host.runtime.kill(id);
        host.awaitEnd(id);
    }

    /** What a stranger can name: all below {@code root} that no closed folder hides. */
    private static List<Path> reachable(Path root) throws IOException {
        List<Path> found = new ArrayList<>();
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                found.add(folder);
                return mode(folder).endsWith("---") ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                found.add(file);
                return FileVisitResult.CONTINUE;
            }
        });
        return found;
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    @Test
    void aStartThatCannotBeRecordedGivesItsIdsBack() throws Exception {
        try (TestHost small = withOneRange()) {
            Path inTheWay = Files.createDirectories(freshRecord(small));
            assertThatThrownBy(() -> small.runtime.start(small.request(id, TestHost.shell("true"))))
                    .isInstanceOfSatisfying(StartFailure.class, e -> {
                        assertThat(e.failure().step()).isEqualTo("record");
                        assertThat(e.failure().detail()).contains(inTheWay.toString(), "Is a directory");
                        assertThat(e.failure().hint()).contains("data folder");
                    });
            assertThat(small.run(TestHost.newId(), TestHost.shell("exit 3")).code()).isEqualTo(3);
        }
    }

    @Test
    void anEndThatCannotBeRecordedIsToldAndGivesItsIdsBack() throws Exception {
        try (TestHost small = withOneRange()) {
            small.runtime.start(small.request(id, TestHost.shell("trap 'exit 4' TERM; echo up; while true; do sleep 0.05; done")));
            small.awaitOutput(id, "up");
            // written last, after the record
            small.awaitFile(small.runtime.folders().explanation(id));
            Files.createDirectories(freshRecord(small));
            small.runtime.signal(id, "SIGTERM");
            assertThat(small.awaitEnd(id).code()).isEqualTo(4);
            small.runtime.remove(id);
            assertThat(small.leftovers()).isEmpty();
            assertThat(small.run(TestHost.newId(), TestHost.shell("exit 3")).code()).isEqualTo(3);
        }
    }

    private static TestHost withOneRange() throws IOException {
        TestHost small = TestHost.make();
        RuntimeSettings now = small.settings;
        small.runtime.close();
        small.boot(new RuntimeSettings(now.data(), now.run(), now.firstId(), 1, now.cgroups()), KernelReport.COMPLETE);
        return small;
    }

    /** Where the record is written before it gets its name: with a folder there, as with a full disk, it can't be. */
    private Path freshRecord(TestHost on) {
        return on.runtime.folders().container(id).resolve(".run.json.new");
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
