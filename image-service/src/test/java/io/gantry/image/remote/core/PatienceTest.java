package io.gantry.image.remote.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PatienceTest {
    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
    private final Patience patience = new Patience(5, Duration.ofMillis(500));

    @ParameterizedTest
    @CsvSource({"1, 250, 500", "2, 500, 1000", "3, 1000, 2000", "4, 2000, 4000"})
    void waitsTwiceAsLongEachTimeByChanceUpToHalfLess(int failures, long least, long most) {
        Random random = new Random(1);
        for (int i = 0; i < 1000; i++) {
            assertThat(patience.pause(failures, null, NOW, random).orElseThrow()).isBetween(Duration.ofMillis(least), Duration.ofMillis(most));
        }
    }

    @Test
    void endsAfterSoManyAttempts() {
        assertThat(patience.pause(5, null, NOW, new Random(1))).isEmpty();
        assertThat(patience.pause(5, "1", NOW, new Random(1))).isEmpty();
        assertThat(new Patience(100, Duration.ofMillis(500)).pause(90, null, NOW, new Random(1)).orElseThrow()).isBetween(Patience.LONGEST.dividedBy(2), Patience.LONGEST);
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", value = {
        "3, PT3S", "0, PT0S", "60, PT1M", "61, -", "99999999, -", "'Sat, 31 Jan 2026 12:00:20 GMT', PT20S", "'Sat, 31 Jan 2026 11:00:00 GMT', PT0S", "'Sat, 31 Jan 2026 13:00:00 GMT', -"
    })
    void waitsAsLongAsTheRegistrySaysIfThatIsNotTooLong(String header, Duration expected) {
        assertThat(patience.pause(1, header, NOW, new Random(1)).orElse(null)).isEqualTo(expected);
    }

    @Test
    void whatSaysNothingThatCanBeReadIsAsIfNothingWasSaid() {
        assertThat(patience.pause(1, "soon", NOW, new Random(1)).orElseThrow()).isBetween(Duration.ofMillis(250), Duration.ofMillis(500));
        assertThat(patience.pause(1, "-1", NOW, new Random(1))).isPresent();
    }

    @ParameterizedTest
    @CsvSource({"429, true, true", "429, false, true", "503, false, true", "502, true, true", "502, false, false", "504, false, false", "404, true, false", "500, true, false", "200, true, false"})
    void whatWasNotDoneMayBeAskedAgain(int status, boolean repeatable, boolean worth) {
        assertThat(patience.isWorthAsking(status, repeatable)).isEqualTo(worth);
    }
}
