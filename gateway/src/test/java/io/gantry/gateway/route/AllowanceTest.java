package io.gantry.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AllowanceTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void isUsedUpAndFillsAgain() {
        Allowance allowance = new Allowance(2, 3, 0);
        assertThat(new int[] {allowance.take(0), allowance.take(0), allowance.take(0), allowance.take(0)}).containsExactly(2, 1, 0, -1);
        assertThat(allowance.take(SECOND / 4)).isEqualTo(-1);
        assertThat(allowance.take(SECOND / 2)).isZero();
        assertThat(allowance.isFull(SECOND)).isFalse();
        assertThat(allowance.isFull(2 * SECOND)).isTrue();
        assertThat(allowance.take(100 * SECOND)).as("never more than the most").isEqualTo(2);
    }

    /** However they come: in any time no more than what it began with and what the rate gives. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void neverLetsMorePassThanItsRate(int seed) {
        Random random = new Random(seed);
        int perSecond = 1 + random.nextInt(100);
        int most = 1 + random.nextInt(200);
        Allowance allowance = new Allowance(perSecond, most, 0);
        long now = 0;
        int passed = 0;
        for (int i = 0; i < 20_000; i++) {
            now += random.nextInt(20_000_000);
            passed += allowance.take(now) >= 0 ? 1 : 0;
            assertThat(passed).isLessThanOrEqualTo(most + (int) Math.ceil(now / (double) SECOND * perSecond));
        }
        assertThat(passed).isGreaterThan((int) (now / (double) SECOND * Math.min(perSecond, 90) * 0.9));
    }
}
