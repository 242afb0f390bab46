package io.gantry.agent.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.runtime.Attachment;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.state.Observed;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NetworkRoundsTest {
    private static final Duration PERIOD = Duration.ofSeconds(30);
    private final FakeHost host = new FakeHost();
    private final BlockingQueue<Later> later = new LinkedBlockingQueue<>();
    private final NetworkRounds rounds = new NetworkRounds(host, () -> DesiredView.NOTHING.with(1, 1, List.of(Wanted.endpoint(1, 1))), new Outcome(), PERIOD);

    private record Later(Duration in, Runnable what) {}

    private final class Outcome implements NetworkRounds.Outcome {
        @Override
        public void later(Duration in, Runnable what) {
            later.add(new Later(in, what));
        }

        @Override
        public void applied(Map<ContainerId, List<Attachment>> attachments) {}

        @Override
        public void failed(Observed.Failure why) {}
    }

    @AfterEach
    void close() {
        rounds.close();
    }

    @Test
    void allThatComesWithinAMomentIsOneRound() throws Exception {
        rounds.beginBehind();
        rounds.beginBehind();
        Later first = next();
        Later second = next();
        assertThat(List.of(first.in(), second.in())).containsOnly(NetworkRounds.MOMENT);
        assertThat(host.calls).isEmpty();
        first.what().run();
        second.what().run();
        assertThat(next().in()).as("its outcome").isZero();
        assertThat(host.calls).containsExactly("network");
    }

    @Test
    void aRoundThatIsBegunMeanwhileIsEnough() throws Exception {
        rounds.beginBehind();
        rounds.begin();
        next().what().run();
        assertThat(next().in()).as("its outcome").isZero();
        assertThat(later).isEmpty();
        assertThat(host.calls).containsExactly("network");
    }

    private Later next() throws InterruptedException {
        Later one = later.poll(5, TimeUnit.SECONDS);
        assertThat(one).as("what comes later").isNotNull();
        return one;
    }
}
