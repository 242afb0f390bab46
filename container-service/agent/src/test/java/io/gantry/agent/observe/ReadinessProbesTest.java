package io.gantry.agent.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.reconcile.Held;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.Probe;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.unit.Ipv4;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ReadinessProbesTest {
    private final Held held = Asked.running();
    private final BlockingQueue<ContainerId> news = new LinkedBlockingQueue<>();
    private ReadinessProbes probes;

    @AfterEach
    void end() {
        probes.close();
    }

    @Test
    void aServerThatHangsAfterItsHeadIsUnreadyUntilItAnswersAgain() throws Exception {
        try (OddServer server = new OddServer()) {
            HttpQuestion http = new HttpQuestion();
            Optional<Desired.Container> wanted = begin(
                    (_, probe) -> {
                        try {
                            return http.ask(Ipv4.parse("127.0.0.1"), probe.port(), probe.path(), probe.timeout()).good();
                        } catch (InterruptedException e) {
                            throw new AssertionError(e);
                        }
                    },
                    new Probe(Probe.Kind.HTTP, server.port(), "/ready", null, Duration.ofMillis(10), Duration.ofMillis(500), 2));
            awaitReady(wanted, true);
            server.hangs = true;
            awaitReady(wanted, false);
            server.hangs = false;
            awaitReady(wanted, true);
        }
    }

    @Test
    void aQuestionThatCannotBeAskedIsABadAnswerAndTheNextIsAsked() throws Exception {
        AtomicBoolean fails = new AtomicBoolean();
        Optional<Desired.Container> wanted = begin(
                (_, _) -> {
                    if (fails.get()) {
                        throw new IllegalStateException("no descriptors left");
                    }
                    return true;
                },
                new Probe(Probe.Kind.TCP, 80, null, null, Duration.ofMillis(10), Duration.ofSeconds(1), 1));
        awaitReady(wanted, true);
        fails.set(true);
        awaitReady(wanted, false);
        fails.set(false);
        awaitReady(wanted, true);
    }

    private Optional<Desired.Container> begin(ReadinessProbes.Question question, Probe probe) {
        probes = new ReadinessProbes(question, news::add);
        Optional<Desired.Container> wanted = Asked.wanted(Asked.spec().readiness(probe).build());
        probes.ready(held, wanted);
        return wanted;
    }

    private void awaitReady(Optional<Desired.Container> wanted, boolean ready) throws InterruptedException {
        while (true) {
            assertThat(news.poll(10, TimeUnit.SECONDS)).as("news that it is " + (ready ? "ready" : "not ready")).isEqualTo(Asked.ID);
            if (probes.ready(held, wanted) == ready) {
                return;
            }
        }
    }
}
