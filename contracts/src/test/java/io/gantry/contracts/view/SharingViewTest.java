package io.gantry.contracts.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.id.NodeId;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SharingViewTest {
    private static final Instant EARLY = Instant.parse("2026-01-31T12:00:00Z");
    private static final Instant LATE = EARLY.plusSeconds(1);
    private static final NodeWire ONE = NodeWire.of(LATE, 1, 20, 300, 4000, 50_000);
    private static final NodeWire OTHER = NodeWire.of(EARLY, 2, 0, 0, 0, 100_000);

    /** @param nodes {@code null} for one that doesn't answer */
    private record Row(NodeWire sum, NodeWire... nodes) {}

    static List<Row> rows() {
        return List.of(
                new Row(NodeWire.NOTHING), new Row(NodeWire.NOTHING, (NodeWire) null), new Row(ONE, ONE), new Row(ONE, null, ONE, null),
                new Row(NodeWire.of(EARLY, 3, 20, 300, 4000, 150_000), ONE, OTHER), new Row(NodeWire.of(EARLY, 3, 20, 300, 4000, 150_000), OTHER, null, ONE));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void allAreThoseThatAnswerTogether(Row row) {
        NodeId id = new NodeId("node-01980000-0000-7000-8000-000000000001");
        assertThat(new SharingView(null, Arrays.stream(row.nodes()).map(wire -> new SharingView.Node(id, "n", wire)).toList()).all()).isEqualTo(row.sum());
    }

    @Test
    void whatOtherNodesSendIsSavedForTheRegistryAsIsWhatIsHere() {
        assertThat(ONE.saved().value()).isEqualTo(54_020);
    }
}
