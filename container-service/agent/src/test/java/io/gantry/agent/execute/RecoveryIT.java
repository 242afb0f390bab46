package io.gantry.agent.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.agent.log.LogLine;
import io.gantry.agent.log.LogQuery;
import io.gantry.agent.log.LogReader;
import io.gantry.agent.runtime.Exit;
import io.gantry.agent.runtime.Recovered;
import io.gantry.agent.runtime.Running;
import io.gantry.agent.runtime.StartFailure;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.state.Observed;
import io.gantry.contracts.spec.ExecSpec;
import io.gantry.contracts.state.Observed.ExitReason;
import io.gantry.contracts.unit.SignalName;
import io.gantry.kernel.syscall.LinuxSystemCalls;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Containers outlive the agent, and the next one finds them. */
@Timeout(60)
class RecoveryIT {
    @AutoClose private final TestHost host = TestHost.make();
    private final ContainerId id = TestHost.newId();

    private List<Recovered> restartAgent() {
        host.runtime.close();
        host.boot(StepListener.NONE);
        return host.runtime.recover();
    }

    @Test
    void findsARunningContainerAndHearsOfItsEnd() throws Exception {
        Running before = host.runtime.start(host.request(id, TestHost.shell("trap 'exit 6' TERM; echo up; while true; do sleep 0.05; done")));
        host.awaitOutput(id, "up");
        assertThat(restartAgent()).containsExactly(new Recovered(id, 1, before.pid(), before.startedAt(), Optional.empty(), false));
        assertThat(host.runtime.explain(id).steps()).isNotEmpty();
        try (var session = host.runtime.exec(id, new ExecSpec(List.of("id", "-u"), null, "web", null, false, false))) {
            assertThat(new String(session.stdout().readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("33\n");
        }
        host.runtime.signal(id, "TERM");
        assertThat(host.awaitEnd(id).code()).isEqualTo(6);
        host.runtime.remove(id);
        assertThat(host.leftovers()).isEmpty();
    }

    /** As a crash of the host leaves it, which ends the containers as well. */
    @Test
    void goesOnWithoutTheRecordThatWasCutOff() throws Exception {
        ContainerId other = TestHost.newId();
        host.run(id, TestHost.shell("true"));
        host.run(other, TestHost.shell("true"));
        Files.writeString(host.runtime.folders().record(id), "");
        assertThat(restartAgent()).extracting(Recovered::id).containsExactly(other);
        host.run(id, TestHost.shell("true"));
        assertThat(restartAgent()).extracting(Recovered::id).containsExactlyInAnyOrder(id, other);
    }

    /** Its end is written down, and its monitor has not been told yet that it may go. */
    @Test
    void anAgentThatLeavesAsAContainerEndsLeavesItsMonitorToTheNext() throws Exception {
        host.runtime.start(host.request(id, TestHost.shell("echo up; exec sleep 1000")));
        host.awaitOutput(id, "up");
        restartAgent();
        CountDownLatch left = new CountDownLatch(1);
        LinuxContainerRuntime leaving = host.runtime;
        leaving.onExit((_, _, _) -> {
            leaving.close();
            left.countDown();
        });
        leaving.signal(id, "KILL");
        assertThat(left.await(10, TimeUnit.SECONDS)).isTrue();
        Path sockets = leaving.folders().sockets(id);
        long soon = System.nanoTime() + 300_000_000;
        while (System.nanoTime() < soon) { // in which it would be taken away
            assertThat(sockets.resolve("monitor")).as("where its monitor waits").exists();
            Thread.sleep(20);
        }
        assertThat(restartAgent()).extracting(Recovered::id).containsExactly(id);
        host.runtime.remove(id);
        assertThat(host.leftovers()).isEmpty();
        assertThat(sockets).doesNotExist();
    }

    @Test
    void whatHasLostItsRecordWhileItRanLeavesNoMonitor() throws Exception {
        Running running = host.runtime.start(host.request(id, TestHost.shell("echo up; sleep 1000")));
        host.awaitOutput(id, "up");
        host.awaitFile(host.runtime.folders().script(id)); // written last
        ProcessHandle monitor = ProcessHandle.of(running.pid()).flatMap(ProcessHandle::parent).orElseThrow();
        host.runtime.close();
        Files.delete(host.runtime.folders().record(id));
        host.boot(StepListener.NONE);
        assertThat(host.runtime.recover()).isEmpty();
        assertThat(host.leftovers()).isEmpty();
        new LinuxSystemCalls().waitFor((int) monitor.pid()); // it has been told to leave
    }

    @Test
    void anExitThatWasCutOffIsNone() throws Exception {
        host.run(id, TestHost.shell("true"));
        Path exit = host.runtime.folders().exit(id);
        assertThat(ExitFile.read(exit)).isPresent();
        Files.writeString(exit, "");
        assertThat(ExitFile.read(exit)).isEmpty();
    }

    @Test
    void findsAPausedContainerStillAndLetsItGoOn() throws Exception {
        host.runtime.start(host.request(id, TestHost.shell("trap 'echo heard; exit 6' TERM; echo up; while true; do sleep 0.05; done")));
        host.awaitOutput(id, "up");
        assertThat(host.runtime.pause(id)).isTrue();
        assertThat(restartAgent()).singleElement().extracting(Recovered::paused).isEqualTo(true);
        assertThatThrownBy(() -> host.runtime.exec(id, new ExecSpec(List.of("true"), null, null, null, false, false)))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("the container is paused");
        host.runtime.signal(id, "TERM");
        assertThat(host.ends.poll(300, TimeUnit.MILLISECONDS)).as("it hears nothing while it is held").isNull();
        assertThat(host.runtime.unpause(id)).isTrue();
        assertThat(host.awaitEnd(id).code()).isEqualTo(6);
        assertThat(host.runtime.pause(id)).as("nothing runs").isFalse();
    }

    @Test
    void killsAPausedContainer() throws Exception {
        host.runtime.start(host.request(id, TestHost.shell("sleep 100")));
        host.runtime.pause(id);
        host.runtime.kill(id);
        assertThat(host.awaitEnd(id).code()).isEqualTo(137);
        host.runtime.remove(id);
        assertThat(host.leftovers()).isEmpty();
    }

    @Test
    void learnsTheExitThatHappenedMeanwhile() throws Exception {
        ContainerId other = TestHost.newId();
        host.runtime.start(host.request(id, TestHost.shell("sleep 0.5; echo late; exit 9")));
        host.runtime.start(host.request(other, TestHost.shell("sleep 100")));
        host.runtime.close();
        Path exit = host.folder.resolve("data/containers/" + id + "/exit");
        try (LogReader reader = LogReader.open(exit.getParent(), LogQuery.ALL.following(), new io.gantry.agent.log.FolderWatch())) {
            assertThat(reader.next()).map(LogLine::text).contains("late".getBytes(StandardCharsets.UTF_8));
            assertThat(reader.next()).isEmpty();
        }
        host.boot(StepListener.NONE);
        List<Recovered> found = host.runtime.recover();
        assertThat(found).filteredOn(each -> each.id().equals(id)).singleElement().satisfies(ended -> {
            assertThat(ended.exit()).map(Exit::code).contains(9);
            assertThat(ended.pid()).isZero();
        });
        assertThat(found).filteredOn(each -> each.id().equals(other)).singleElement().satisfies(each -> assertThat(each.exit()).isEmpty());
        assertThat(restartAgent()).as("asked again").filteredOn(each -> each.id().equals(id)).singleElement().satisfies(ended -> assertThat(ended.exit()).map(Exit::code).contains(9));
    }

    @Test
    void losesNoLogLineWhileTheAgentIsAway() throws Exception {
        host.runtime.start(host.request(id, TestHost.shell("i=0; while [ $i -lt 1500 ]; do echo line $i; i=$((i+1)); done")));
        host.runtime.close();
        host.boot(StepListener.NONE);
        List<String> lines = new ArrayList<>();
        try (LogReader reader = host.log(id, LogQuery.ALL.following())) {
            for (Optional<LogLine> line = reader.next(); line.isPresent(); line = reader.next()) {
                lines.add(new String(line.get().text(), StandardCharsets.UTF_8));
            }
        }
        assertThat(lines).hasSize(1500).startsWith("line 0", "line 1").endsWith("line 1499");
        host.runtime.recover();
    }

    @Test
    void endsAContainerWhoseMonitorWasKilled() throws Exception {
        Running running = host.runtime.start(host.request(id, TestHost.shell("sleep 100")));
        int monitor = parent(running.pid());
        new LinuxSystemCalls().kill(monitor, 9);
        assertThat(host.awaitEnd(id)).extracting(Exit::code, Exit::reason).containsExactly(137, ExitReason.SIGNALLED);
        host.runtime.remove(id);
        assertThat(host.leftovers()).isEmpty();
    }

    @Test
    void findsAContainerWhoseMonitorWasKilledWhileTheAgentWasAway() throws Exception {
        Running running = host.runtime.start(host.request(id, TestHost.shell("sleep 100")));
        int monitor = parent(running.pid());
        host.runtime.close();
        new LinuxSystemCalls().kill(monitor, 9);
        new LinuxSystemCalls().waitFor(monitor);
        host.boot(StepListener.NONE);
        assertThat(host.runtime.recover()).singleElement().satisfies(ended -> assertThat(ended.exit()).map(Exit::code).contains(137));
        assertThat(host.leftovers()).isEmpty();
    }

    @Test
    void aClientThatIsGoneBeforeItIsGreetedKeepsNobodyOut() throws Exception {
        Running running = host.runtime.start(host.request(id, TestHost.shell("trap 'exit 6' TERM; echo up; while true; do sleep 0.05; done")));
        host.awaitOutput(id, "up");
        int monitor = parent(running.pid());
        host.runtime.close();
        LinuxSystemCalls calls = new LinuxSystemCalls();
        calls.kill(running.pid(), SignalName.parse("TERM").orElseThrow().number());
        host.awaitFile(host.runtime.folders().exit(id));
        calls.kill(monitor, SignalName.parse("STOP").orElseThrow().number());
        try (SocketChannel gone = SocketChannel.open(UnixDomainSocketAddress.of(host.runtime.folders().monitor(id)))) {
            gone.write(Wire.buffer(16).putInt(Wire.FRAME_HELLO).putInt(8).putInt(Wire.MONITOR_VERSION).putInt(Wire.HELLO_WATCH).flip());
        }
        calls.kill(monitor, SignalName.parse("CONT").orElseThrow().number());
        host.boot(StepListener.NONE);
        assertThat(host.runtime.recover()).singleElement().satisfies(ended -> assertThat(ended.exit()).map(Exit::code).contains(6));
    }

    @Test
    void endsAContainerWhoseMonitorWasKilledThoughNothingCanBeReadOrWrittenOfIt() throws Exception {
        Running running = host.runtime.start(host.request(id, TestHost.shell("sleep 100")));
        Path exit = host.folder.resolve("data/containers/" + id + "/exit");
        // a folder in its place: as with a disk that is full or broken, neither goes
        Files.createDirectories(exit);
        new io.gantry.kernel.syscall.LinuxSystemCalls().kill(parent(running.pid()), 9);
        assertThat(host.awaitEnd(id)).satisfies(ended -> {
            assertThat(ended.code()).isEqualTo(137);
            assertThat(ended.reason()).isEqualTo(Observed.ExitReason.SIGNALLED);
        });
        host.runtime.remove(id);
        assertThat(host.leftovers()).isEmpty();
    }

    private static int parent(int pid) throws Exception {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        return Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[1]);
    }
}
