package io.gantry.agent.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.agent.runtime.AttachSession;
import io.gantry.agent.runtime.ExecSession;
import io.gantry.agent.runtime.Exit;
import io.gantry.agent.runtime.StartFailure;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.ExecSpec;
import io.gantry.contracts.spec.LogPolicy;
import io.gantry.contracts.state.Observed.ExitReason;
import io.gantry.contracts.unit.Bytes;
import io.gantry.kernel.probe.KernelReport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is kept of real containers on the host's disk: who reads it, what if it can't be written, and that it goes with them. */
@Timeout(60)
class RecordsIT {
    @AutoClose private static final TestHost host = TestHost.make();
    private final ContainerId id = TestHost.newId();

    /** An end is told before all of it is gone; the next test may look for what is left. */
    @AfterEach
    void cleanUp() {
        host.runtime.remove(id);
    }

    @Test
    void nobodyElseReadsWhatIsWrittenOfAContainer() throws Exception {
        host.runtime.start(host.request(id, TestHost.shell("sleep 100").but().env(Map.of("PASSWORD", "x")).build()));
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
    void keepsItsLogWithinItsOwnLimitsAndTakesOthersWhileItRuns() throws Exception {
        String talk = "while read n; do i=0; while [ $i -lt $n ]; do echo 0123456789012345678901234567890123456789012345678901234567890123456789; i=$((i+1)); done; echo done $n; done";
        ContainerSpec spec = TestHost.shell(talk).but().stdin(true).log(new LogPolicy(new Bytes(32 << 10), 2)).build();
        host.runtime.start(host.request(id, spec));
        try (AttachSession session = host.runtime.attach(id)) {
            session.stdin().write("2000\n".getBytes(StandardCharsets.UTF_8));
            host.awaitOutput(id, "done 2000");
            assertThat(logSizes()).as("two files").hasSize(2).allMatch(size -> size <= 33 << 10);
            host.runtime.limitLog(id, new LogPolicy(new Bytes(64 << 10), 4));
            session.stdin().write("4000\n".getBytes(StandardCharsets.UTF_8));
            host.awaitOutput(id, "done 4000");
            // a piece of 37 KiB that comes at once isn't cut up to fill a file
            assertThat(logSizes()).hasSize(4).anyMatch(size -> size > 33 << 10).allMatch(size -> size <= 65 << 10);
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
    void removalLeavesNothing() throws Exception {
        host.run(id, TestHost.shell("mkdir /d; touch /d/x"));
        host.runtime.remove(id);
        assertThat(host.runtime.folders().container(id)).doesNotExist();
        host.runtime.remove(id);
        assertThat(host.leftovers()).isEmpty();
    }

    @Test
    void howItEndedIsKnownThoughItsLogWasSpoilt() throws Exception {
        host.runtime.start(host.request(id, TestHost.shell("echo up; sleep 0.5; exit 4")));
        host.awaitOutput(id, "up");
        Files.writeString(host.runtime.folders().log(id), "2026-99-99T99:99:99.999999999Z stdout F spoilt\n");
        assertThat(host.awaitEnd(id)).extracting(Exit::code, Exit::reason).containsExactly(4, ExitReason.EXITED);
    }
}
