package io.gantry.scheduler.node.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.contracts.id.Ids;
import io.gantry.contracts.id.NodeId;
import io.gantry.scheduler.node.core.NodeHealth.Heard;
import io.gantry.scheduler.node.core.NodeHealth.Limits;
import io.gantry.scheduler.node.core.NodeHealth.Turn;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NodeHealthTest {
    private static final Random RANDOM = new Random(1);
    private static final Limits LIMITS = new Limits(Duration.ofSeconds(3), Duration.ofSeconds(10));
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final NodeId A = id();
    private static final NodeId B = id();

    @Test
    void aNodeThatIsHeardStaysReady() {
        var decision = decide(12, new Heard(A, Health.READY, at(11)));
        assertThat(decision.turns()).isEmpty();
        assertThat(decision.next()).isEqualTo(at(14));
    }

    @Test
    void silenceOfThreeSecondsIsSuspect() {
        var decision = decide(13, new Heard(A, Health.READY, at(10)), new Heard(B, Health.READY, at(12)));
        assertThat(decision.turns()).containsExactly(new Turn(A, Health.READY, Health.SUSPECT));
        assertThat(decision.next()).isEqualTo(at(15));
    }

    @Test
    void silenceOfTenSecondsIsLost() {
        var decision = decide(20, new Heard(A, Health.SUSPECT, at(10)), new Heard(B, Health.READY, at(19)));
        assertThat(decision.turns()).containsExactly(new Turn(A, Health.SUSPECT, Health.LOST));
        assertThat(decision.next()).isEqualTo(at(22));
    }

    @Test
    void aMomentBeforeItIsNot() {
        var decision = NodeHealth.decide(
                List.of(new Heard(A, Health.SUSPECT, at(10)), new Heard(B, Health.READY, at(19))), START, LIMITS, at(20).minusMillis(1));
        assertThat(decision.turns()).isEmpty();
        assertThat(decision.next()).isEqualTo(at(20));
    }

    @Test
    void aHeartbeatMakesItReadyFromWhereverItWas() {
        var decision = decide(30, new Heard(A, Health.SUSPECT, at(29)), new Heard(B, Health.LOST, at(30)));
        assertThat(decision.turns())
                .containsExactly(new Turn(A, Health.SUSPECT, Health.READY), new Turn(B, Health.LOST, Health.READY));
    }

    @Test
    void afterARestartAWholeIntervalIsWaited() {
        var nodes = List.of(new Heard(A, Health.READY, Instant.EPOCH), new Heard(B, Health.READY, at(109)));
        assertThat(NodeHealth.decide(nodes, at(100), LIMITS, at(102)).turns()).isEmpty();
        assertThat(NodeHealth.decide(nodes, at(100), LIMITS, at(109)).turns())
                .containsExactly(new Turn(A, Health.READY, Health.SUSPECT));
        assertThat(NodeHealth.decide(nodes, at(100), LIMITS, at(110)).turns()).containsExactly(new Turn(A, Health.READY, Health.LOST));
    }

    @Test
    void aRestartBringsNoLostNodeBack() {
        assertThat(NodeHealth.decide(List.of(new Heard(A, Health.LOST, Instant.EPOCH)), at(100), LIMITS, at(101)).turns()).isEmpty();
    }

    @Test
    void whenNobodyIsHeardNobodyIsLost() {
        var decision = decide(100, new Heard(A, Health.READY, at(10)), new Heard(B, Health.SUSPECT, at(10)));
        assertThat(decision.turns()).containsExactly(new Turn(A, Health.READY, Health.SUSPECT));
        assertThat(decision.next()).isNull();
    }

    @Test
    void aSingleNodeIsSuspectAfterSilenceAndNeverLost() {
        assertThat(decide(13, new Heard(A, Health.READY, at(10))).turns()).containsExactly(new Turn(A, Health.READY, Health.SUSPECT));
        assertThat(decide(100, new Heard(A, Health.SUSPECT, at(10))).turns()).isEmpty();
    }

    /** Their heartbeats don't end in the same moment: the last one is no proof that we still hear. */
    @Test
    void whenAllFallSilentTheOneHeardLastConvictsNobody() {
        var decision = decide(20, new Heard(A, Health.SUSPECT, at(10)), new Heard(B, Health.SUSPECT, at(11).minusMillis(1)));
        assertThat(decision.turns()).isEmpty();
    }

    @Test
    void whoeverIsHeardProvesThatWeHear() {
        var decision = decide(20, new Heard(A, Health.SUSPECT, at(10)), new Heard(B, Health.READY, at(17).plusMillis(1)));
        assertThat(decision.turns()).containsExactly(new Turn(A, Health.SUSPECT, Health.LOST));
    }

    @Test
    void theFirstHeartbeatAfterSilenceOfAllStartsAnew() {
        Instant since = NodeHealth.listeningSince(START, at(10), LIMITS, at(30));
        assertThat(since).isEqualTo(at(30));
        var nodes = List.of(new Heard(A, Health.SUSPECT, at(30)), new Heard(B, Health.SUSPECT, at(10)));
        assertThat(NodeHealth.decide(nodes, since, LIMITS, at(30)).turns()).containsExactly(new Turn(A, Health.SUSPECT, Health.READY));
    }

    @Test
    void silenceOfOneAmongOthersGoesOn() {
        assertThat(NodeHealth.listeningSince(START, at(29), LIMITS, at(30))).isEqualTo(START);
    }

    @Test
    void refusesLimitsThatMakeNoSense() {
        assertThatThrownBy(() -> new Limits(Duration.ofSeconds(3), Duration.ofSeconds(2))).hasMessageContaining("gantry.node.lost");
    }

    private static NodeHealth.Decision decide(int second, Heard... nodes) {
        return NodeHealth.decide(List.of(nodes), START, LIMITS, at(second));
    }

    private static Instant at(int second) {
        return START.plusSeconds(second);
    }

    private static NodeId id() {
        return new NodeId(Ids.of("node", START, RANDOM));
    }
}
