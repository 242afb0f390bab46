package io.gantry.kit.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.kit.outbox.OutboxTable.Row;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class HandoverTest {
    private long now = 7;
    private final Handover handover = new Handover(() -> now, true);

    @Test
    void rowsAreGivenOnceWhenTheirTransactionHasCommitted() {
        var batch = handover.begun();
        assertThat(handover.take()).isEmpty();
        handover.committed(batch, rows(1, 2));
        assertThat(handover.take()).extracting(Row::id).containsExactly(1L, 2L);
        assertThat(handover.take()).isEmpty();
    }

    @Test
    void rowsWaitForThoseThatWereWrittenBefore() {
        var first = handover.begun();
        var second = handover.begun();
        handover.committed(second, rows(2));
        assertThat(handover.take()).isEmpty();
        handover.committed(first, rows(1));
        assertThat(handover.take()).extracting(Row::id).containsExactly(1L, 2L);
    }

    @Test
    void whatIsFoundInTheTableIsNotGivenOnceMore() {
        var open = handover.begun();
        var first = handover.begun();
        handover.committed(first, rows(2, 3));
        handover.found(List.of(2L, 3L));
        handover.committed(open, rows(1));
        assertThat(handover.take()).extracting(Row::id).containsExactly(1L);
    }

    @Test
    void whatIsFoundBeforeItsTransactionIsKnownToHaveCommittedIsNotGivenOnceMore() {
        var open = handover.begun();
        var another = handover.begun();
        handover.found(List.of(1L, 3L));
        handover.committed(open, rows(1, 2));
        assertThat(handover.take()).extracting(Row::id).containsExactly(2L);
        handover.committed(another, rows(3, 4));
        assertThat(handover.take()).extracting(Row::id).containsExactly(4L);
    }

    @Test
    void whoHasWrittenNothingIsNotWaitedFor() {
        var refused = handover.begun();
        var behind = handover.begun();
        handover.committed(behind, rows(1));
        handover.withdrawn(refused);
        assertThat(handover.paused()).isFalse();
        assertThat(handover.take()).extracting(Row::id).containsExactly(1L);
    }

    @Test
    void afterATransactionWhoseEndNobodyKnowsAllIsLeftToTheTableForAWhile() {
        var lost = handover.begun();
        var behind = handover.begun();
        handover.committed(behind, rows(2));
        handover.lost(lost);
        assertThat(handover.paused()).isTrue();
        assertThat(handover.take()).isEmpty();
        now += Handover.PAUSE.toNanos() - 1;
        assertThat(handover.take()).isEmpty();
        handover.found(List.of(1L, 2L));
        now += 1;
        assertThat(handover.paused()).isFalse();
        assertThat(handover.take()).isEmpty();
        handover.committed(handover.begun(), rows(3));
        assertThat(handover.take()).extracting(Row::id).containsExactly(3L);
    }

    @Test
    void oneThatCommitsAfterAllWasLeftToTheTableIsNotGiven() {
        var open = handover.begun();
        handover.clear();
        handover.committed(open, rows(1));
        now += Handover.PAUSE.toNanos();
        assertThat(handover.take()).isEmpty();
    }

    @Test
    void moreThanItKeepsIsLeftToTheTable() {
        for (int i = 0; i < Handover.MOST_BATCHES; i++) {
            handover.begun();
        }
        assertThat(handover.paused()).isFalse();
        handover.begun();
        assertThat(handover.paused()).isTrue();
    }

    @Test
    void whereOthersWriteTooAllIsLeftToTheTable() {
        Handover shared = new Handover(() -> now, false);
        shared.committed(shared.begun(), rows(1));
        assertThat(shared.paused()).isTrue();
        assertThat(shared.take()).isEmpty();
    }

    private static List<Row> rows(long... ids) {
        return LongStream.of(ids).mapToObj(id -> new Row(id, new OutboxRow("topic", null, "key", "{}"))).toList();
    }
}
