package io.gantry.kit.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TwoWaysTest {
    private static final int HERE = 3;
    private final TwoWays<String> ways = new TwoWays<>();

    private void begin() {
        ways.takesEarly(HERE, "first");
        ways.takesLate(HERE, "first");
        ways.arrived(HERE, "first");
    }

    @Test
    void thePartitionsFirstIsLeftToKafka() {
        assertThat(ways.takesEarly(HERE, "a")).isFalse();
        assertThat(ways.takesEarly(HERE, "b")).isFalse();
        assertThat(ways.takesLate(HERE, "a")).isTrue();
        ways.arrived(HERE, "a");
        assertThat(ways.takesEarly(HERE, "c")).as("b is still to come").isFalse();
    }

    @Test
    void whatIsTakenEarlyIsPassedOverOnce() {
        begin();
        assertThat(ways.takesEarly(HERE, "a")).isTrue();
        ways.taken(HERE, "a");
        assertThat(ways.takesLate(HERE, "a")).isFalse();
        assertThat(ways.takesLate(HERE, "a")).as("Kafka may bring it twice").isTrue();
    }

    @Test
    void whatFailsIsLeftAndAllBehindIt() {
        begin();
        assertThat(ways.takesEarly(HERE, "a")).isTrue();
        ways.leave(HERE, "a");
        assertThat(ways.takesEarly(HERE, "b")).isFalse();
        assertThat(ways.takesLate(HERE, "a")).isTrue();
        ways.arrived(HERE, "a");
        assertThat(ways.takesLate(HERE, "b")).isTrue();
        ways.arrived(HERE, "b");
        assertThat(ways.takesEarly(HERE, "c")).isTrue();
    }

    @Test
    void anotherPartitionGoesItsOwnWay() {
        begin();
        assertThat(ways.takesEarly(HERE + 1, "a")).isFalse();
        assertThat(ways.takesEarly(HERE, "b")).isTrue();
    }

    /** Told and brought in one order, at any distance, with failures: each is taken once, in that order. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void neverTwiceAndNeverOutOfOrder(long seed) {
        Random random = new Random(seed);
        List<Integer> taken = new ArrayList<>();
        Deque<Integer> inKafka = new ArrayDeque<>();
        TwoWays<Integer> numbered = new TwoWays<>();
        int messages = 0;
        while (messages < 30_000 || !inKafka.isEmpty()) {
            boolean tell = messages < 30_000 && random.nextInt(100) < (seed % 2 == 0 ? 50 : messages / 100 % 2 == 0 ? 80 : 20);
            if (tell) {
                int message = messages++;
                if (numbered.takesEarly(HERE, message)) {
                    if (random.nextInt(50) == 0) {
                        numbered.leave(HERE, message);
                    } else {
                        numbered.taken(HERE, message);
                        taken.add(message);
                    }
                }
                inKafka.add(message);
            } else if (!inKafka.isEmpty()) {
                int message = inKafka.remove();
                if (numbered.takesLate(HERE, message)) {
                    taken.add(message);
                    numbered.arrived(HERE, message);
                }
            }
        }
        assertThat(taken).isSorted().doesNotHaveDuplicates().hasSize(messages);
    }
}
