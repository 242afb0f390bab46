package io.gantry.scheduler.node.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.event.NodeEvent;
import io.gantry.contracts.id.Ids;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.state.Observed;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.contracts.unit.MilliCpu;
import io.gantry.scheduler.node.core.NodeDecider.Command;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeDeciderTest {
    private static final NodeId ID = new NodeId(Ids.of("node", Instant.EPOCH, new Random(1)));

    @ParameterizedTest(name = "{0}, drained {1}: {2}")
    @CsvSource({
        "READY, false, drain, Drained, READY, true",
        "READY, true, drain, '', READY, true",
        "SUSPECT, false, drain, Drained, SUSPECT, true",
        "LOST, false, drain, Drained, LOST, true",
        "READY, true, resume, Ready, READY, false",
        "READY, false, resume, '', READY, false",
        "SUSPECT, true, resume, '', SUSPECT, false",
        "LOST, true, resume, '', LOST, false",
        "LOST, true, remove, Removed, gone, ",
        "READY, true, remove, 'refused: node one is ready, not lost', READY, true",
        "SUSPECT, false, remove, 'refused: node one is suspect, not lost', SUSPECT, false"
    })
    void drainsResumesAndRemoves(Health health, boolean drained, String command, String said, String after, Boolean drainedAfter) {
        Node node = node(health, drained);
        Command what =
                switch (command) {
                    case "drain" -> new Command.Drain();
                    case "resume" -> new Command.Resume();
                    default -> new Command.Remove();
                };
        switch (NodeDecider.decide(node, what)) {
            case NodeDecider.Answer.Accepted(var changed, var events) -> {
                assertThat(events.stream().map(event -> event.getClass().getSimpleName()).collect(Collectors.joining(" "))).isEqualTo(said);
                assertThat(changed == null ? "gone" : changed.health().name()).isEqualTo(after);
                assertThat(changed == null ? null : changed.drained()).isEqualTo(drainedAfter);
            }
            case NodeDecider.Answer.Refused(var refusal) -> {
                assertThat("refused: " + refusal.detail()).isEqualTo(said);
                assertThat(refusal.hint()).isNotBlank();
            }
        }
    }

    @Test
    void aLostNodeHasAHigherEpoch() {
        var lost = (NodeDecider.Answer.Accepted) NodeDecider.decide(node(Health.SUSPECT, false), new Command.Turn(Health.SUSPECT, Health.LOST));
        assertThat(lost.after()).isEqualTo(node(Health.LOST, false).withHealth(Health.LOST, 5));
        assertThat(lost.events()).containsExactly(new NodeEvent.Lost(ID, "one", 5));
    }

    @Test
    void whatWasDecidedOnAnotherHealthChangesNothing() {
        Node node = node(Health.READY, false);
        assertThat(NodeDecider.decide(node, new Command.Turn(Health.SUSPECT, Health.LOST)))
                .isEqualTo(new NodeDecider.Answer.Accepted(node, List.of()));
    }

    private static Node node(Health health, boolean drained) {
        Observed.Node facts = new Observed.Node(
                ID, "one", Ipv4.parse("10.0.0.1"), 7071, new MilliCpu(4000), Bytes.mebi(4096), "x86_64", "6.18", "0.1.0", "boot", Map.of(),
                List.of(), List.of("namespaces"), List.of(), Instant.EPOCH);
        return new Node(ID, health, drained, 4, facts, Instant.EPOCH, Instant.EPOCH);
    }
}
