package io.gantry.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** By figures that a kernel gave of clients that were cut off, or didn't read, for minutes. */
class UnansweredTest {
    private final Unanswered unanswered = new Unanswered(Duration.ofMinutes(1));

    @Test
    void whatIsOnItsWayIsAcknowledgedWithinAMinute() {
        assertThat(unanswered.tooLong(3, 0, 59_000)).isFalse();
        assertThat(unanswered.tooLong(3, 0, 61_000)).isTrue();
    }

    @Test
    void whoTakesHisTimeToReadSaysThatHeHasNoRoom() {
        assertThat(unanswered.tooLong(0, 0, 62_780)).isFalse();
        assertThat(unanswered.tooLong(0, 0, 72_780)).isFalse();
        assertThat(unanswered.tooLong(0, 1, 120_000)).as("asked a moment ago").isFalse();
        assertThat(unanswered.tooLong(0, 0, 9_900)).isFalse();
        assertThat(unanswered.tooLong(0, 1, 120_000)).isFalse();
    }

    @Test
    void whoDoesNotEvenSayThatIsGone() {
        assertThat(unanswered.tooLong(0, 1, 48_260)).isFalse();
        assertThat(unanswered.tooLong(0, 2, 58_260)).isFalse();
        assertThat(unanswered.tooLong(0, 2, 68_264)).isTrue();
    }

    @Test
    void aQuietConnectionIsTheKernels() {
        assertThat(unanswered.tooLong(0, 0, 7_200_000)).isFalse();
    }
}
