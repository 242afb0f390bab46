package io.gantry.agent.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.agent.runtime.StartFailure;
import io.gantry.kernel.syscall.Errno;
import io.gantry.kernel.syscall.Fd;
import io.gantry.kernel.syscall.LinuxHeader;
import io.gantry.kernel.syscall.LinuxSystemCalls;
import io.gantry.kernel.syscall.SyscallFailure;
import io.gantry.kernel.syscall.SystemCalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/**
 * What a hostile container tries. Every attempt fails; without all that stops it, it succeeds; and each of those that are said to
 * stop it does so while the others are gone.
 */
@Timeout(60)
class EscapeIT {
    private static HostileHost hostile;
    private static List<Attempt> attempts;

    @BeforeAll
    static void boot() throws Exception {
        hostile = new HostileHost();
        attempts = Attempts.on(hostile);
    }

    @AfterAll
    static void close() throws Exception {
        hostile.close();
    }

    @TestFactory
    Stream<DynamicTest> noAttemptSucceeds() {
        return attempts.stream().map(attempt -> DynamicTest.dynamicTest("no container " + attempt.what(), () ->
                assertThat(hostile.tried(attempt, Set.of())).doesNotContain("reached")));
    }

    @TestFactory
    Stream<DynamicTest> itSucceedsWithoutWhatStopsIt() {
        return attempts.stream().map(attempt -> DynamicTest.dynamicTest("without " + attempt.stoppedBy() + " a container " + attempt.what(), () ->
                assertThat(hostile.tried(attempt, attempt.stoppedBy())).contains("reached")));
    }

    @TestFactory
    Stream<DynamicTest> eachProtectionStopsItAlone() {
        return attempts.stream()
                .filter(attempt -> attempt.stoppedBy().size() > 1)
                .flatMap(attempt -> attempt.withOneLeft().stream().map(off -> DynamicTest.dynamicTest(
                        "without " + off + " no container " + attempt.what(),
                        () -> assertThat(hostile.tried(attempt, off)).doesNotContain("reached"))));
    }

    /** What runc did until CVE-2021-30465: a link in the image, put there at the right moment, decided where a mount went. */
    @Test
    void aLinkInTheImageLeadsNoMountToTheHost() throws Exception {
        Path etc = hostile.host.layer.resolve("etc");
        Path kept = hostile.host.layer.resolve("etc.kept");
        Path target = Files.createDirectory(hostile.open.resolve("etc"));
        Path place = Files.createDirectories(Path.of(Protection.PLACE));
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxrwxrwx"));
        Files.move(etc, kept);
        Files.createSymbolicLink(etc, target);
        Files.createDirectories(hostile.host.layer.resolve(target.toString().substring(1)));
        try {
            assertThat(hostile.tried(TestHost.shell("ls /etc/"), Set.of())).contains("hosts");
            assertThat(target).isEmptyDirectory();
            hostile.tried(TestHost.shell("true"), Set.of(Protection.MOUNTING_INSIDE));
            assertThat(target.resolve("hosts")).exists();
        } finally {
            Files.delete(etc);
            Files.move(kept, etc);
            Files.delete(place);
        }
    }

    /** A user is looked up in the image, never in a file that a link there points to. */
    @Test
    void aLinkInTheImageDoesNotSayWhoRootIs() throws Exception {
        Path passwd = hostile.host.layer.resolve("etc/passwd");
        String kept = Files.readString(passwd);
        Path outside = Files.writeString(hostile.open.resolve("passwd"), "web:x:0:0:web:/:/bin/sh\n");
        Files.delete(passwd);
        Files.createSymbolicLink(passwd, outside);
        try (TestHost other = anotherOn(hostile.host.layer)) {
            assertThatThrownBy(() -> userOf(other)).isInstanceOfSatisfying(StartFailure.class, e -> assertThat(e.failure().step()).isEqualTo("resolve-user"));
            other.runtime.close();
            Means usual = Means.usual();
            other.boot(usual.calling(FollowingCalls.over(usual.calls())));
            assertThat(userOf(other)).as("with links followed to the host").isEqualTo("0\n");
        } finally {
            Files.delete(passwd);
            Files.writeString(passwd, kept);
        }
    }

    private static String userOf(TestHost host) throws Exception {
        return run(host, "web", "id -u");
    }

    /** What runc left open until CVE-2024-21626: a folder of the host, for a container to stand in. */
    @Test
    void aDescriptorThatItsMakerLeftOpenIsGone() throws Exception {
        String script = "for fd in /proc/self/fd/*; do cat $fd/secret 2>/dev/null && echo reached; done; true";
        try (LeftOpen _ = LeftOpen.folder(hostile.open); TestHost other = anotherOn(hostile.host.layer)) {
            assertThat(run(other, null, script)).doesNotContain("reached");
            other.runtime.close();
            Means usual = Means.usual();
            other.boot(usual.launching(LooseLauncher.with(usual.calls(), "launcher.c", "leaky.h")));
            assertThat(run(other, null, script)).as("by a launcher that doesn't close").contains("reached");
        }
    }

    /** CVE-2019-5736 begins by looking at the program that made the container, and ends by writing it. */
    @Test
    void theProgramThatMadeItIsOutOfReach() throws Exception {
        String look = "head -c 4 /proc/1/exe | grep -q ELF && echo reached; true";
        try (TestHost other = anotherOn(hostile.host.layer)) {
            assertThat(run(other, null, look)).contains("Permission denied").doesNotContain("reached");
            other.runtime.close();
            Means usual = Means.usual();
            other.boot(usual.launching(LooseLauncher.with(usual.calls(), "init.c", "dumpable.h")));
            assertThat(run(other, null, look)).as("when process 1 may be looked at").contains("reached");
            assertThat(run(other, null, "escape open-for-writing /proc/1/exe")).as("the monitor runs it, so that nobody writes").contains("Text file busy");
        }
    }

    /** Even the host's own root, with a descriptor in the hand, changes no program that containers are made by. */
    @Test
    void theProgramThatMakesContainersIsSealed() {
        SystemCalls calls = new LinuxSystemCalls();
        try (Fd program = LauncherProgram.load(calls); Fd unsealed = calls.memoryFile("unsealed", new byte[] {'a'}, false)) {
            assertThatThrownBy(() -> overwrite(calls, program))
                    .isInstanceOfSatisfying(SyscallFailure.class, e -> assertThat(e.errno()).isEqualTo(Errno.EPERM));
            overwrite(calls, unsealed);
            assertThat(calls.read(unsealed, 10)).as("without the seal").isEqualTo(new byte[] {'x'});
        }
    }

    private static void overwrite(SystemCalls calls, Fd program) {
        try (Fd file = calls.open(program.path(), LinuxHeader.O_WRONLY, 0)) {
            calls.write(file, new byte[] {'x'});
        }
    }

    private static String run(TestHost host, String user, String script) throws Exception {
        var id = TestHost.newId();
        host.run(id, TestHost.shell(script + " 2>&1").but().user(user).build());
        return host.output(id);
    }

    /** Another host with the same image. */
    private static TestHost anotherOn(Path layer) throws IOException {
        TestHost other = TestHost.make();
        Trees.delete(other.layer);
        Files.createSymbolicLink(other.layer, layer);
        return other;
    }
}
