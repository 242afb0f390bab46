package io.gantry.gateway.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimeOrderTest {
    private static Entry entry(int partition, long offset, long second) {
        return new Entry(partition, offset, "t", "s", Instant.ofEpochSecond(second), "{}");
    }

    private static List<Long> seconds(TimeOrder order) {
        List<Long> told = new ArrayList<>();
        for (Optional<Entry> entry = order.next(); entry.isPresent(); entry = order.next()) {
            told.add(entry.get().time().getEpochSecond());
        }
        return told;
    }

    @Test
    void waitsForWhoeverMayHaveAnEarlierOne() {
        TimeOrder order = new TimeOrder(new long[] {0, 0}, new long[] {2, 1});
        order.add(entry(0, 0, 5));
        order.add(entry(0, 1, 7));
        assertThat(order.next()).isEmpty();
        order.add(entry(1, 0, 6));
        assertThat(seconds(order)).containsExactly(5L, 6L, 7L);
        assertThat(order.done()).isTrue();
    }

    @Test
    void whatHasNoPastIsNotWaitedFor() {
        TimeOrder order = new TimeOrder(new long[] {Long.MAX_VALUE, 3, 0}, new long[] {0, 3, 1});
        assertThat(order.done()).isFalse();
        order.add(entry(2, 0, 1));
        assertThat(seconds(order)).containsExactly(1L);
        assertThat(order.done()).isTrue();
        assertThat(new TimeOrder(new long[] {4}, new long[] {4}).done()).isTrue();
    }

    @Test
    void aPartitionWhoseLastOffsetsHoldNothingIsReadToo() {
        TimeOrder order = new TimeOrder(new long[] {0, 0}, new long[] {3, 1});
        order.add(entry(1, 0, 2));
        assertThat(order.next()).isEmpty();
        order.reached(0, 3);
        assertThat(seconds(order)).containsExactly(2L);
        assertThat(order.done()).isTrue();
    }

    @Test
    void whatComesBeyondTheEndIsToldInItsTurn() {
        TimeOrder order = new TimeOrder(new long[] {0, 0}, new long[] {1, 1});
        order.add(entry(0, 0, 1));
        order.add(entry(0, 1, 9));
        order.add(entry(1, 0, 5));
        assertThat(seconds(order)).containsExactly(1L, 5L, 9L);
    }

    @Test
    void whoHasManyWaitingIsFull() {
        TimeOrder order = new TimeOrder(new long[] {0, 0}, new long[] {1000, 1});
        IntStream.range(0, 499).forEach(i -> order.add(entry(0, i, i)));
        assertThat(order.full()).isEmpty();
        order.add(entry(0, 499, 499));
        assertThat(order.full()).containsExactly(0);
    }

    /** However the partitions are read, all is told, once, in the order of time. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void tellsAllInTheOrderOfTime(long seed) {
        Random random = new Random(seed);
        int partitions = 7;
        List<List<Entry>> kept = IntStream.range(0, partitions).<List<Entry>>mapToObj(_ -> new ArrayList<>()).toList();
        for (int second = 0; second < 1000; second++) {
            int partition = random.nextInt(partitions);
            kept.get(partition).add(entry(partition, kept.get(partition).size(), second));
        }
        TimeOrder order = new TimeOrder(new long[partitions], kept.stream().mapToLong(List::size).toArray());
        int[] read = new int[partitions];
        List<Long> told = new ArrayList<>();
        while (!order.done()) {
            int partition = random.nextInt(partitions);
            for (int n = random.nextInt(50); n > 0 && read[partition] < kept.get(partition).size(); n--) {
                order.add(kept.get(partition).get(read[partition]++));
            }
            told.addAll(seconds(order));
        }
        assertThat(told).isEqualTo(IntStream.range(0, 1000).mapToObj(Long::valueOf).toList());
    }
}
