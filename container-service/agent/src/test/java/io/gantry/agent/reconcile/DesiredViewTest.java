package io.gantry.agent.reconcile;

import static io.gantry.agent.reconcile.Wanted.ID;
import static io.gantry.agent.reconcile.Wanted.container;
import static io.gantry.agent.reconcile.Wanted.record;
import static io.gantry.agent.reconcile.Wanted.tombstone;
import static io.gantry.contracts.state.Desired.Life.RUNNING;
import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.RestartPolicy;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.DesiredRecord;
import io.gantry.contracts.state.StateKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DesiredViewTest {
    private static final long GENERATION = 7;
    private final DesiredView linked = DesiredView.NOTHING.with(1, GENERATION, List.of());

    @Test
    void isNotCompleteBeforeASnapshot() {
        assertThat(DesiredView.remembered(3, List.of(record(1, 3, container(RUNNING, 1)))).complete()).isFalse();
        assertThat(linked.complete()).isTrue();
    }

    @Test
    void ignoresASnapshotOfAnOlderEpoch() {
        DesiredView raised = linked.with(2, 8, List.of(record(1, 2, container(RUNNING, 1))));
        assertThat(raised.with(1, 9, List.of())).isSameAs(raised);
    }

    @Test
    void aSnapshotOfTheSameEpochReplacesEverything() {
        DesiredView view = linked.with(1, 8, List.of(record(1, 1, container(RUNNING, 1))));
        assertThat(view.with(1, 9, List.of()).containers()).isEmpty();
    }

    @Test
    void ignoresChangesOfAnotherGeneration() {
        assertThat(linked.with(GENERATION - 1, record(1, 1, container(RUNNING, 1)))).isSameAs(linked);
    }

    @Test
    void ignoresChangesBeforeASnapshot() {
        DesiredView remembered = DesiredView.remembered(1, List.of());
        assertThat(remembered.with(0, record(1, 1, container(RUNNING, 1)))).isSameAs(remembered);
    }

    @Test
    void aHigherEpochWinsOverAHigherVersion() {
        DesiredView view = linked.with(GENERATION, record(9, 1, container(RUNNING, 1))).with(GENERATION, record(2, 2, container(RUNNING, 2)));
        assertThat(view.container(ID).orElseThrow().run()).isEqualTo(2);
        assertThat(view.with(GENERATION, record(10, 1, container(RUNNING, 1)))).isSameAs(view);
    }

    @Test
    void whatIsGoneIsNotBroughtBackByAnOlderRecord() {
        DesiredView gone = linked.with(GENERATION, record(3, 1, container(RUNNING, 1))).with(GENERATION, tombstone(4, 1));
        assertThat(gone.with(GENERATION, record(3, 1, container(RUNNING, 1))).containers()).isEmpty();
    }

    @Test
    void whatIsWrittenNextAfterAnEndIsTakenAndCanEndAgain() {
        DesiredView view = linked;
        for (int version = 1; version <= 3; version++) {
            view = view.with(GENERATION, record(version, 1, container(RUNNING, version)));
            assertThat(view.container(ID).orElseThrow().run()).isEqualTo(version);
            view = view.with(GENERATION, tombstone(version + 1, 1));
            assertThat(view.containers()).isEmpty();
        }
    }

    @Test
    void asManyEndsAreRememberedAsAnOrderedLinkNeeds() {
        DesiredView view = linked.with(GENERATION, tombstone(4, 1));
        for (int i = 1; i < GoneRecords.REMEMBERED; i++) {
            view = view.with(GENERATION, end(i));
        }
        assertThat(view.with(GENERATION, record(3, 1, container(RUNNING, 1))).containers()).isEmpty();
        for (int i = 0; i <= GoneRecords.RECENT; i++) {
            view = view.with(GENERATION, end(GoneRecords.REMEMBERED + i));
        }
        assertThat(view.with(GENERATION, record(3, 1, container(RUNNING, 1))).containers()).as("the oldest end is forgotten").hasSize(1);
    }

    private static DesiredRecord end(int number) {
        return new DesiredRecord(new StateKey(Wanted.NODE, "container", "%064x".formatted(number)), 1, 1, null);
    }

    @Test
    void aContainerIsFoundByItsIdAfterAnyChange() {
        Random random = new Random(20_260_102);
        List<ContainerId> ids = IntStream.range(0, 5).mapToObj(number -> new ContainerId("%064x".formatted(number))).toList();
        DesiredView view = linked;
        for (int version = 1; version <= 500; version++) {
            ContainerId id = ids.get(random.nextInt(ids.size()));
            Desired.Container body = container(id, RUNNING, version, null, RestartPolicy.NO, Duration.ZERO);
            view = view.with(GENERATION, new DesiredRecord(new StateKey(Wanted.NODE, "container", id.value()), version, 1, random.nextBoolean() ? body : null));
            if (version % 100 == 0) {
                view = view.with(1, GENERATION, List.copyOf(view.records().values()));
            }
            assertThat(view.containers()).containsExactlyInAnyOrderElementsOf(view.all(Desired.Container.class));
            for (ContainerId each : ids) {
                assertThat(view.container(each)).isEqualTo(view.all(Desired.Container.class).stream().filter(one -> one.id().equals(each)).findFirst());
            }
        }
    }

    @Test
    void repeatedAndReorderedChangesLeadToTheSameView() {
        List<DesiredRecord> changes = new ArrayList<>();
        for (int version = 1; version <= 8; version++) {
            changes.add(record(version, 1, container(RUNNING, version)));
        }
        DesiredView inOrder = apply(changes);
        Random random = new Random(20_260_101);
        for (int round = 0; round < 500; round++) {
            List<DesiredRecord> shuffled = new ArrayList<>(changes);
            shuffled.addAll(changes.subList(random.nextInt(8), 8));
            Collections.shuffle(shuffled, random);
            assertThat(apply(shuffled).records()).isEqualTo(inOrder.records());
        }
    }

    private DesiredView apply(List<DesiredRecord> changes) {
        DesiredView view = linked;
        for (DesiredRecord change : changes) {
            view = view.with(GENERATION, change);
        }
        return view;
    }
}
