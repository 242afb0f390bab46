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
        var batch = handover.written(rows(1, 2));
        assertThat(handover.take()).isEmpty();
        handover.committed(batch);
        assertThat(handover.take()).extracting(Row::id).containsExactly(1L, 2L);
        assertThat(handover.take()).isEmpty();
    }

    @Test
    void rowsWaitForThoseThatWereWrittenBefore() {
        var first = handover.written(rows(1));
        var second = handover.written(rows(2));
        handover.committed(second);
        assertThat(handover.take()).isEmpty();
        handover.committed(first);
        assertThat(handover.take()).extracting(Row::id).containsExactly(1L, 2L);
    }

    @Test
    void whatIsFoundInTheTableIsNotGivenOnceMore() {
        var open = handover.written(rows(1));
        var first = handover.written(rows(2, 3));
        handover.committed(first);
        handover.found(List.of(2L, 3L));
        handover.committed(open);
        assertThat(handover.take()).extracting(Row::id).containsExactly(1L);
    }

    @Test
    void afterATransactionWhoseEndNobodyKnowsAllIsLeftToTheTableForAWhile() {
        var lost = handover.written(rows(1));
        var behind = handover.written(rows(2));
        handover.committed(behind);
        handover.ended(lost);
        assertThat(handover.paused()).isTrue();
        assertThat(handover.take()).isEmpty();
        now += Handover.PAUSE.toNanos() - 1;
        assertThat(handover.take()).isEmpty();
        handover.found(List.of(1L, 2L));
        now += 1;
        assertThat(handover.paused()).isFalse();
        assertThat(handover.take()).isEmpty();
        handover.committed(handover.written(rows(3)));
        assertThat(handover.take()).extracting(Row::id).containsExactly(3L);
    }

    @Test
    void oneThatCommitsAfterAllWasLeftToTheTableIsNotGiven() {
        var open = handover.written(rows(1));
        handover.clear();
        handover.committed(open);
        now += Handover.PAUSE.toNanos();
        assertThat(handover.take()).isEmpty();
    }

    @Test
    void moreThanItKeepsIsLeftToTheTable() {
        for (int i = 0; i < Handover.MOST_BATCHES; i++) {
            handover.written(rows(i));
        }
        assertThat(handover.paused()).isFalse();
        handover.written(rows(Handover.MOST_BATCHES));
        assertThat(handover.paused()).isTrue();
    }

    @Test
    void whereOthersWriteTooAllIsLeftToTheTable() {
        Handover shared = new Handover(() -> now, false);
        shared.committed(shared.written(rows(1)));
        assertThat(shared.paused()).isTrue();
        assertThat(shared.take()).isEmpty();
    }

    private static List<Row> rows(long... ids) {
        return LongStream.of(ids).mapToObj(id -> new Row(id, new OutboxRow("topic", null, "key", "{}"))).toList();
    }
}
