package io.gantry.image.build.step;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.unit.Digest;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LikelyKeysTest {
    private final LikelyKeys likely = new LikelyKeys();

    private static Digest digest(int number) {
        return new Digest("sha256:%064x".formatted(number));
    }

    @Test
    void areThoseOfTheLatestBuildOfTheSameDockerfile() {
        likely.remember(digest(1), Set.of(digest(10), digest(11)));
        likely.remember(digest(2), Set.of(digest(20)));
        likely.remember(digest(1), Set.of(digest(10), digest(12)));
        assertThat(likely.of(digest(1))).containsExactlyInAnyOrder(digest(10), digest(12));
        assertThat(likely.of(digest(3))).isEmpty();
    }

    @Test
    void whatNobodyBuiltForLongIsForgotten() {
        likely.remember(digest(0), Set.of(digest(100)));
        likely.remember(digest(1), Set.of(digest(101)));
        for (int number = 2; number < 1000; number++) {
            likely.of(digest(1));
            likely.remember(digest(number), Set.of(digest(number)));
        }
        assertThat(likely.of(digest(0))).isEmpty();
        assertThat(likely.of(digest(1))).as("asked for all the time").containsExactly(digest(101));
    }
}
