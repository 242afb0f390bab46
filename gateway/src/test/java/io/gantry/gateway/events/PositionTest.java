package io.gantry.gateway.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;

class PositionTest {
    @Test
    void readsBackWhateverItWrote() {
        Random random = new Random(7);
        for (int round = 0; round < 1000; round++) {
            long[] next = new long[Position.PARTITIONS];
            for (int i = 0; i < next.length; i++) {
                next[i] = random.nextInt(3) == 0 ? 0 : random.nextLong(1L << random.nextInt(1, 62));
            }
            assertThat(Position.parse(Position.of(next).toString()).offsets()).containsExactly(next);
        }
    }

    @Test
    void isShortWhereNothingHappened() {
        assertThat(Position.of(new long[Position.PARTITIONS]).toString()).isEqualTo("AQB4");
    }

    @Test
    void oneFromBeforeATopicWasThereSaysNothingOfIt() {
        assertThat(Position.parse("AQBs").offsets()).containsExactly(new long[Position.PARTITIONS]);
    }

    @Test
    void refusesWhatItDidNotWrite() {
        for (String text : new String[] {"", "A", "AQ", "Ag==", "AQBt", "AQB5", "AQBsAA", "////", "AQD_____________8B"}) {
            assertThatThrownBy(() -> Position.parse(text)).as(text).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
