package io.gantry.agent.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.agent.runtime.ExecSession;
import io.gantry.agent.runtime.StartFailure;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.ExecSpec;
import io.gantry.contracts.view.ContainerProcess;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Further commands in real containers. */
@Timeout(60)
class ExecIT {
    @AutoClose private static final TestHost host = TestHost.make();
    private final ContainerId id = TestHost.newId();

    /** An end is told before all of it is gone; the next test may look for what is left. */
    @AfterEach
    void cleanUp() {
        host.runtime.remove(id);
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
    void aCommandBeginsOnlyWhereThereIsAFolderAndMakesNone() throws Exception {
        host.runtime.start(host.request(id, TestHost.shell("sleep 100")));
        assertThatThrownBy(() -> host.runtime.exec(id, new ExecSpec(List.of("pwd"), null, null, "/missing/below", false, false)))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("/missing/below")
                .hasMessageContaining("ENOENT");
        try (ExecSession session = host.runtime.exec(id, new ExecSpec(List.of("ls", "-d", "/missing"), null, null, "/etc", false, false))) {
            assertThat(session.waitForExit()).as("ls finds it").isNotZero();
        }
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
}
