package io.gantry.contracts.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class OthersPatternTest {
    @Test
    void isFoundAsAnyOther() {
        assertThat(OthersPattern.of("^/?web-\\d+$", 0).foundIn("/web-12")).isTrue();
        assertThat(OthersPattern.of("eb", 0).foundIn("web")).isTrue();
        assertThat(OthersPattern.of("eb", 0).matches("web")).isFalse();
        assertThat(OthersPattern.of("[^/]*eb", 0).matches("web")).isTrue();
    }

    @Test
    void whatIsNoneIsSaid() {
        assertThatThrownBy(() -> OthersPattern.of("(", 0)).isInstanceOf(OthersPattern.Hopeless.class).hasMessage("Unclosed group");
        assertThatThrownBy(() -> OthersPattern.of("(".repeat(100_000), 0)).isInstanceOf(OthersPattern.Hopeless.class);
    }

    @Test
    @Timeout(10)
    void oneThatHasNoEndIsGivenUp() {
        assertThatThrownBy(() -> OthersPattern.of("(a*)*".repeat(6) + "a*".repeat(12) + "b", 0).foundIn("a".repeat(60))).isInstanceOf(OthersPattern.Hopeless.class).hasMessage("there is no end of trying it");
        assertThatThrownBy(() -> OthersPattern.of("[^/]*".repeat(20) + "x", 0).matches("a".repeat(200))).isInstanceOf(OthersPattern.Hopeless.class);
    }

    @Test
    void oneThatRepeatsTooOftenIsGivenUp() {
        assertThatThrownBy(() -> OthersPattern.of("(a|b)*c", 0).foundIn("ab".repeat(200_000))).isInstanceOf(OthersPattern.Hopeless.class);
    }

    @Test
    void whatMeansWellIsWithinTheLimitOfTheLongestName() {
        long begun = System.nanoTime();
        assertThat(OthersPattern.of("(web|shop)-[a-z]+-[0-9]*$", 0).foundIn("x".repeat(4000) + "shop-front-7")).isTrue();
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(1));
    }
}
