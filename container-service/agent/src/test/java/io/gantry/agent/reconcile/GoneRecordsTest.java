package io.gantry.agent.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.state.StateKey;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GoneRecordsTest {
    private static StateKey key(int number) {
        return new StateKey(Wanted.NODE, "test", Integer.toString(number));
    }

    @Test
    void coversWhatIsNotNewerThanTheEnd() {
        GoneRecords ends = GoneRecords.NONE.with(key(1), 4);
        assertThat(ends.cover(key(1), 3)).isTrue();
        assertThat(ends.cover(key(1), 4)).isTrue();
        assertThat(ends.cover(key(1), 5)).isFalse();
        assertThat(ends.cover(key(2), 1)).isFalse();
        assertThat(ends.without(key(1)).cover(key(1), 1)).isFalse();
        assertThat(ends.cover(key(1), 4)).as("the one before is as it was").isTrue();
    }

    @Test
    void isWhatAMapWouldBe() {
        Random random = new Random(20_261_127);
        Map<Integer, Long> model = new HashMap<>();
        GoneRecords ends = GoneRecords.NONE;
        for (int version = 1; version <= 5_000; version++) {
            int number = random.nextInt(200);
            if (random.nextInt(3) > 0) {
                model.put(number, (long) version);
                ends = ends.with(key(number), version);
            } else {
                model.remove(number);
                ends = ends.without(key(number));
            }
            int asked = random.nextInt(200);
            long at = Math.max(1, version - random.nextInt(400));
            assertThat(ends.cover(key(asked), at)).isEqualTo(model.containsKey(asked) && at <= model.get(asked));
        }
    }

    @Test
    void theOldestAreForgotten() {
        GoneRecords ends = GoneRecords.NONE;
        for (int number = 0; number < 3 * GoneRecords.REMEMBERED; number++) {
            ends = ends.with(key(number), 1);
            assertThat(ends.size()).isLessThan(GoneRecords.REMEMBERED + GoneRecords.RECENT);
        }
        assertThat(ends.cover(key(2 * GoneRecords.REMEMBERED - GoneRecords.RECENT), 1)).isFalse();
        assertThat(ends.cover(key(2 * GoneRecords.REMEMBERED + GoneRecords.RECENT), 1)).isTrue();
    }
}
