package io.gantry.agent.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.state.ObservedRecord;
import io.gantry.contracts.state.StateKey;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutgoingTest {
    private static final NodeId NODE = new NodeId("node-00000000-0000-7000-8000-000000000001");
    private final Outgoing outgoing = new Outgoing();

    @Test
    void saysAgainInOrderWhatWasNotAcknowledged() {
        outgoing.add(record(1));
        var first = outgoing.next().orElseThrow();
        outgoing.add(record(2));
        outgoing.next();
        outgoing.add(record(3));
        outgoing.acknowledged(first.sequence());
        outgoing.rewind();
        assertThat(versions(outgoing.next().orElseThrow().records())).containsExactly(2L, 3L);
    }

    @Test
    void keepsOnlyTheLatestHeartbeat() {
        outgoing.addLatest(record(1));
        outgoing.addLatest(record(2));
        assertThat(versions(outgoing.next().orElseThrow().records())).containsExactly(2L);
    }

    @Test
    void sendsNoMoreThanTheWindow() {
        for (int i = 0; i < Outgoing.WINDOW; i++) {
            outgoing.add(record(i));
            assertThat(outgoing.next()).isPresent();
        }
        outgoing.add(record(99));
        assertThat(outgoing.next()).isEmpty();
        outgoing.acknowledged(1);
        assertThat(outgoing.next()).isPresent();
    }

    private static List<Long> versions(List<ObservedRecord> records) {
        return records.stream().map(ObservedRecord::version).toList();
    }

    private static ObservedRecord record(long version) {
        return new ObservedRecord(new StateKey(NODE, "node", NODE.value()), version, 1, null);
    }
}
