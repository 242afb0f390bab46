package io.gantry.container.lifecycle.stream;

import static io.gantry.container.fixture.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.container.fixture.PlayedAgent;
import io.gantry.container.fixture.Samples;
import io.gantry.container.lifecycle.core.ContainerCommand;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.ExecId;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.state.Observed;
import io.gantry.contracts.state.ObservedRecord;
import io.gantry.contracts.state.StateKey;
import java.util.List;
import org.junit.jupiter.api.Test;

class ToldInARowTest {
    private static final NodeId NODE = Samples.nodeId();
    private static final ContainerId ONE = new ContainerId("1".repeat(64));
    private static final ContainerId ANOTHER = new ContainerId("2".repeat(64));
    private final ToldInARow rows = new ToldInARow();
    private long version;

    @Test
    void whatOnlyHappenedJoinsWhatWaits() {
        Told first = happened(ONE, 1);
        Told second = happened(ONE, 1);
        List<Told> row = rows.add(first).orElseThrow();
        assertThat(rows.add(second)).isEmpty();
        assertThat(rows.begin(row)).containsExactly(first, second);
        assertThat(Told.together(row).command()).isEqualTo(new ContainerCommand.Hear(
                NODE, 1, List.of(new ContainerCommand.Heard(1, what()), new ContainerCommand.Heard(2, what()))));
    }

    @Test
    void nothingJoinsARowThatHasBegun() {
        rows.begin(rows.add(happened(ONE, 1)).orElseThrow());
        assertThat(rows.add(happened(ONE, 1))).isPresent();
    }

    @Test
    void whatChangedItIsOvertakenByNothing() {
        rows.add(happened(ONE, 1));
        assertThat(rows.add(changed(ONE))).isPresent();
        assertThat(rows.add(changed(ONE))).isPresent();
        List<Told> after = rows.add(happened(ONE, 1)).orElseThrow();
        assertThat(rows.begin(after)).hasSize(1);
    }

    @Test
    void anEarlierRowThatBeginsLeavesTheLaterOneOpen() {
        List<Told> first = rows.add(happened(ONE, 1)).orElseThrow();
        rows.add(changed(ONE));
        rows.add(happened(ONE, 1));
        rows.begin(first);
        assertThat(rows.add(happened(ONE, 1))).isEmpty();
    }

    @Test
    void anotherContainerAndAnotherEpochBeginTheirOwn() {
        rows.add(happened(ONE, 1));
        assertThat(rows.add(happened(ANOTHER, 1))).isPresent();
        assertThat(rows.add(happened(ONE, 2))).isPresent();
    }

    private Told happened(ContainerId id, long epoch) {
        return told(id, epoch, new Observed.Happening(id, NOON, what()));
    }

    private Told changed(ContainerId id) {
        return told(id, 1, PlayedAgent.phase(id, Observed.Phase.CREATED, 0));
    }

    private Told told(ContainerId id, long epoch, Observed body) {
        return Told.of(new ObservedRecord(new StateKey(NODE, "any", id.value()), ++version, epoch, body)).orElseThrow();
    }

    private static Observed.What what() {
        return new Observed.What.ExecEnded(new ExecId("e".repeat(64)), 0);
    }
}
