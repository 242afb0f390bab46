package io.gantry.agent.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.agent.log.FolderWatch;
import io.gantry.agent.log.LogQuery;
import io.gantry.agent.log.LogReader;
import io.gantry.agent.runtime.AttachSession;
import io.gantry.agent.runtime.Exit;
import io.gantry.agent.runtime.Recovered;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.kernel.syscall.LinuxSystemCalls;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A container whose folder is on a small file system of its own, which is full for a while. */
@Timeout(60)
class FullDiskIT {
    /** Says so many lines, and that it has, for each number that it reads. */
    private static final String TALK =
            "while read n; do i=0; while [ $i -lt $n ]; do echo line $i %s; i=$((i+1)); done; echo done $n; done".formatted("x".repeat(150));

    private final ContainerId id = TestHost.newId();
    private final ContainerId other = TestHost.newId();
    @AutoClose private final TestHost host = TestHost.make();
    private Path folder;

    @BeforeEach
    void mount() throws Exception {
        folder = Files.createDirectories(host.runtime.folders().container(id));
        HostileHost.run("mount", "-t", "tmpfs", "-o", "size=4m,nr_inodes=200", "small", folder.toString());
    }

    @AfterEach
    void unmount() throws Exception {
        HostileHost.run("umount", "--lazy", folder.toString()); // its end is still being cleaned up after
    }

    private void takeAllRoom() {
        assertThatThrownBy(() -> {
            try (var filler = Files.newOutputStream(folder.resolve("filler"))) {
                byte[] page = new byte[4096];
                while (true) {
                    filler.write(page);
                }
            }
        }).isInstanceOf(IOException.class).hasMessageContaining("No space left");
    }

    private void takeAllNames() {
        assertThatThrownBy(() -> {
            for (int i = 0; ; i++) {
                Files.createFile(folder.resolve("filler" + i));
            }
        }).isInstanceOf(IOException.class).hasMessageContaining("No space left");
    }

    private void makeRoom() throws IOException {
        try (var all = Files.newDirectoryStream(folder, "filler*")) {
            for (Path filler : all) {
                Files.delete(filler);
            }
        }
    }

    private List<String> log() throws IOException {
        List<String> lines = new ArrayList<>();
        try (var files = Files.newDirectoryStream(folder, "log*")) {
            for (Path file : files) {
                lines.addAll(Files.readAllLines(file));
            }
        }
        return lines;
    }

    /** Has it say {@code count} lines, and waits until its monitor is done with them. */
    private static void talk(AttachSession session, BufferedReader out, int count) throws IOException {
        session.stdin().write((count + "\n").getBytes(StandardCharsets.UTF_8));
        while (!out.readLine().equals("done " + count)) {
            continue;
        }
    }

    private interface Talk {
        void run(AttachSession session, BufferedReader out) throws Exception;
    }

    private void talking(Talk talk) throws Exception {
        ContainerSpec spec = TestHost.shell(TALK).but().stdin(true).build();
        try (AttachSession session = host.runtime.attach(id)) {
            host.runtime.start(host.request(id, spec));
            host.awaitFile(host.runtime.folders().script(id)); // written last
            talk.run(session, new BufferedReader(new InputStreamReader(session.stdout(), StandardCharsets.UTF_8)));
        }
        host.runtime.kill(id);
        host.awaitEnd(id);
    }

    @Test
    void aLineOfTheLogIsWholeOrNotThere() throws Exception {
        talking((session, out) -> {
            talk(session, out, 1);
            takeAllRoom();
            talk(session, out, 100);
            makeRoom();
            talk(session, out, 2);
        });
        assertThat(log()).hasSizeLessThan(100).allSatisfy(line -> assertThat(line).matches("\\S+ stdout F (line \\d+ x{150}|done \\d+)"));
        assertThat(log()).last().asString().endsWith("done 2");
    }

    @Test
    void aLogThatCouldNotBeOpenedGoesOnOnceItCan() throws Exception {
        talking((session, out) -> {
            talk(session, out, 1);
            takeAllNames();
            talk(session, out, 500); // more than a file may hold
            assertThat(folder.resolve("log")).doesNotExist();
            makeRoom();
            talk(session, out, 2);
        });
        assertThat(Files.readAllLines(folder.resolve("log"))).hasSize(3).last().asString().endsWith("done 2");
    }

    private int endOnAFullDisk() throws Exception {
        int pid = host.runtime.start(host.request(id, TestHost.shell("trap 'exit 6' TERM; echo up; while true; do sleep 0.05; done"))).pid();
        host.awaitOutput(id, "up");
        host.awaitFile(host.runtime.folders().script(id));
        host.runtime.close();
        takeAllRoom();
        int monitor = Integer.parseInt(Files.readString(Path.of("/proc/" + pid + "/stat")).replaceFirst(".*\\) \\S ", "").split(" ")[0]);
        new LinuxSystemCalls().kill(pid, 15);
        try (FolderWatch watch = new FolderWatch(); LogReader reader = LogReader.open(folder, LogQuery.ALL.following(), watch)) {
            assertThat(reader.next()).isPresent();
            assertThat(reader.next()).as("who follows the log is told of its end").isEmpty();
        }
        assertThat(folder.resolve("exit")).isEmptyFile();
        makeRoom();
        return monitor;
    }

    private List<Recovered> nextAgent() {
        host.boot(StepListener.NONE);
        return host.runtime.recover();
    }

    @Test
    void howItEndedIsKnownByItsMonitor() throws Exception {
        endOnAFullDisk();
        assertThat(nextAgent()).singleElement().satisfies(ended -> assertThat(ended.exit()).map(Exit::code).contains(6));
    }

    @Test
    void anEndThatNobodyKnowsAnyMoreHoldsUpNoOther() throws Exception {
        host.runtime.start(host.request(other, TestHost.shell("sleep 1000")));
        int monitor = endOnAFullDisk();
        new LinuxSystemCalls().kill(monitor, 9);
        new LinuxSystemCalls().waitFor(monitor);
        assertThat(nextAgent())
                .anySatisfy(ended -> assertThat(ended).returns(id, Recovered::id).satisfies(it -> assertThat(it.exit()).map(Exit::code).contains(137)))
                .anySatisfy(running -> assertThat(running).returns(other, Recovered::id).satisfies(it -> assertThat(it.exit()).isEmpty()));
    }
}
