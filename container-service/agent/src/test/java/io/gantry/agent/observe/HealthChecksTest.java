package io.gantry.agent.observe;

import static io.gantry.agent.observe.Asked.ID;
import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.reconcile.Held;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.HealthCheck;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.Observed;
import io.gantry.contracts.unit.Ipv4;
import java.time.Clock;
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
class HealthChecksTest implements HealthChecks.Listener {
    private final Held held = Asked.running();
    private final BlockingQueue<ContainerId> news = new LinkedBlockingQueue<>();
    private final BlockingQueue<Long> givenUp = new LinkedBlockingQueue<>();
    private HealthChecks checks;

    @Override
    public void changed(ContainerId id) {
        news.add(id);
    }

    @Override
    public void unhealthy(ContainerId id, long attempt) {
        givenUp.add(attempt);
    }

    @AfterEach
    void end() {
        checks.close();
    }

    @Test
    void aServerThatHangsAfterItsHeadIsUnhealthyUntilItAnswersAgain() throws Exception {
        try (OddServer server = new OddServer()) {
            HttpQuestion http = new HttpQuestion();
            Optional<Desired.Container> wanted = begin(
                    (_, check) -> {
                        try {
                            return http.ask(Ipv4.parse("127.0.0.1"), check.port(), check.path(), check.timeout());
                        } catch (InterruptedException e) {
                            throw new AssertionError(e);
                        }
                    },
                    HealthCheck.http(server.port(), "/health").at(Duration.ofMillis(10), Duration.ofMillis(500), 2));
            await(wanted, Observed.Health.Status.HEALTHY);
            server.hangs = true;
            assertThat(await(wanted, Observed.Health.Status.UNHEALTHY).output()).isEqualTo("no answer within 500 ms");
            assertThat(givenUp.poll(5, TimeUnit.SECONDS)).isEqualTo(held.latest().number());
            server.hangs = false;
            await(wanted, Observed.Health.Status.HEALTHY);
        }
    }

    @Test
    void aQuestionThatCannotBeAskedIsABadAnswerAndTheNextIsAsked() throws Exception {
        AtomicBoolean fails = new AtomicBoolean(true);
        Optional<Desired.Container> wanted = begin(
                (_, _) -> {
                    if (fails.get()) {
                        throw new IllegalStateException("no descriptors left");
                    }
                    return new Answer(true, 0, "");
                },
                HealthCheck.command("true").at(Duration.ofMillis(10), Duration.ofSeconds(1), 3));
        assertThat(await(wanted, Observed.Health.Status.UNHEALTHY).output()).isEqualTo("no descriptors left");
        fails.set(false);
        await(wanted, Observed.Health.Status.HEALTHY);
        assertThat(givenUp).hasSize(1);
    }

    private Optional<Desired.Container> begin(HealthChecks.Question question, HealthCheck check) {
        checks = new HealthChecks(question, this, Clock.systemUTC());
        Optional<Desired.Container> wanted = Asked.wanted(Asked.spec().health(check.starting(Duration.ZERO, Duration.ofMillis(10))).build());
        assertThat(checks.health(held, wanted).status()).isEqualTo(Observed.Health.Status.STARTING);
        return wanted;
    }

    private Observed.Health await(Optional<Desired.Container> wanted, Observed.Health.Status status) throws InterruptedException {
        while (true) {
            assertThat(news.poll(10, TimeUnit.SECONDS)).as("news of its becoming " + status).isEqualTo(ID);
            Observed.Health now = checks.health(held, wanted);
            if (now.status() == status) {
                return now;
            }
        }
    }
}
