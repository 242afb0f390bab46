package io.gantry.agent.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.agent.plan.LauncherStep;
import io.gantry.agent.runtime.AttachSession;
import io.gantry.agent.runtime.ExecSession;
import io.gantry.agent.runtime.TooManyAttached;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.ExecSpec;
import io.gantry.contracts.view.ContainerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients on the streams of real containers, before their start and after. */
@Timeout(60)
class AttachIT {
    @AutoClose private static final TestHost host = TestHost.make();
    private final ContainerId id = TestHost.newId();

    /** An end is told before all of it is gone; the next test may look for what is left. */
    @AfterEach
    void cleanUp() {
        host.runtime.remove(id);
    }

    @Test
    void attachedBeforeTheStartMissesNothing() throws Exception {
        ContainerSpec spec = TestHost.shell("echo first; cat; echo oops >&2").but().stdin(true).build();
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
        ContainerSpec spec = TestHost.shell("cat").but().stdin(true).build();
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
        ContainerSpec spec = TestHost.shell("read x; stty size; echo got $x; tty -s; readlink /proc/self/fd/0").but().tty(true).stdin(true).build();
        try (AttachSession session = host.runtime.attach(id)) {
            host.runtime.start(host.request(id, spec));
            session.resize(33, 101);
            session.stdin().write("hello\n".getBytes(StandardCharsets.UTF_8));
            String all = new String(session.stdout().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(all).contains("hello\r\n", "33 101\r\n", "got hello\r\n", "/dev/pts/0");
        }
        assertThat(host.awaitEnd(id).code()).isZero();
    }

    /** As {@code docker run -it} does: nothing that the command asks at its beginning may come too early. */
    @Test
    void aSizeSaidBeforeTheStartIsThereWhenTheCommandBegins() throws Exception {
        for (int i = 0; i < 10; i++) {
            ContainerId next = TestHost.newId();
            try (AttachSession session = host.runtime.attach(next)) {
                session.resize(33, 101);
                host.runtime.start(host.request(next, TestHost.shell("stty size").but().tty(true).build()));
                assertThat(new String(session.stdout().readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("33 101\r\n");
            }
            host.awaitEnd(next);
            host.runtime.remove(next);
        }
    }

    @Test
    @Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void theEndOfInputSentBeforeTheStartReachesATerminal() throws Exception {
        ContainerSpec spec = TestHost.shell("cat; echo over; exit 3").but().tty(true).stdin(true).build();
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
        ContainerSpec spec = TestHost.shell(read).but().tty(true).stdin(true).build();
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
    void oneMoreThanThereIsAPlaceForIsRefusedForThatAndMayComeWhenOneHasGone() throws Exception {
        host.runtime.start(host.request(id, TestHost.shell("sleep 1000")));
        List<AttachSession> sessions = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            sessions.add(host.runtime.attach(id));
        }
        assertThatThrownBy(() -> host.runtime.attach(id)).isInstanceOf(TooManyAttached.class).hasMessageContaining("16");
        sessions.removeLast().close();
        // the monitor hears of its going in its own time
        sessions.add(patiently(() -> host.runtime.attach(id)));
        for (AttachSession session : sessions) {
            session.close();
        }
        host.runtime.kill(id);
        host.awaitEnd(id);
    }

    @Test
    void aTerminalIsResizedHoweverManyAreAttached() throws Exception {
        host.runtime.start(host.request(id, TestHost.shell("read x; stty size").but().tty(true).stdin(true).build()));
        List<AttachSession> sessions = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            sessions.add(host.runtime.attach(id));
        }
        assertThat(host.runtime.resize(id, 33, 101)).isTrue();
        sessions.getFirst().stdin().write('\n');
        host.awaitEnd(id);
        assertThat(host.output(id)).contains("33 101");
        assertThat(host.runtime.resize(id, 1, 1)).as("it has ended").isFalse();
        for (AttachSession session : sessions) {
            session.close();
        }
    }

    @Test
    void whoComesAsItEndsFindsItsStreamsAtTheirEnd() throws Exception {
        for (int i = 1; i <= 100; i++) {
            host.runtime.start(host.request(id, TestHost.command("/bin/true"), i, Optional.empty()));
            List<AttachSession> sessions = new ArrayList<>();
            while (host.ends.isEmpty()) {
                sessions.add(patiently(() -> host.runtime.attach(id)));
                if (sessions.size() > 8) {
                    sessions.removeFirst().close();
                }
            }
            for (AttachSession session : sessions) {
                session.close();
            }
            host.awaitEnd(id);
        }
        assertThat(host.runtime.waiting()).isZero();
    }

    private static AttachSession patiently(Supplier<AttachSession> attach) throws InterruptedException {
        for (int tries = 0; ; tries++) {
            try {
                return attach.get();
            } catch (TooManyAttached stillThere) {
                assertThat(tries).isLessThan(100);
                Thread.sleep(20);
            }
        }
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
            own.runtime.start(own.request(id, TestHost.shell("read x; echo got $x").but().stdin(true).build()));
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
}
