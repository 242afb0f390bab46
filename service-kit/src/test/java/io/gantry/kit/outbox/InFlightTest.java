package io.gantry.kit.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class InFlightTest {
    private final InFlight flight = new InFlight();

    @Test
    void aRowIsDoneWhenItAndAllBeforeItHaveArrived() {
        flight.sent(1);
        flight.sent(2);
        flight.sent(3);
        flight.answered(2, true);
        assertThat(flight.takeDone()).isEmpty();
        flight.answered(1, true);
        assertThat(flight.takeDone()).containsExactly(1L, 2L);
        assertThat(flight.takeDone()).isEmpty();
        assertThat(flight.ids()).containsExactly(3L);
        assertThat(flight.open()).isTrue();
    }

    @Test
    void nothingBehindALostRowIsDone() {
        flight.sent(1);
        flight.sent(2);
        flight.sent(3);
        flight.answered(1, true);
        flight.answered(2, false);
        flight.answered(3, true);
        assertThat(flight.takeDone()).containsExactly(1L);
        assertThat(flight.open()).isFalse();
        assertThat(flight.ids()).containsExactly(2L, 3L);
    }
}
