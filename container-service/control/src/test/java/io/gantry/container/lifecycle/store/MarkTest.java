package io.gantry.container.lifecycle.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class MarkTest {
    private static final Mark MARK = new Mark(1_790_000_000_000_000L, 4711);

    @Test
    void isReadAsItIsWritten() {
        assertThat(MARK).hasToString("1790000000000000.4711");
        assertThat(Mark.parse(MARK.toString())).contains(MARK);
    }

    @Test
    void goesOnWithinOneRunAlone() {
        assertThat(new Mark(MARK.since(), 9999).continues(MARK)).isTrue();
        assertThat(new Mark(MARK.since() + 1, 4711).continues(MARK)).isFalse();
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "4711", "1.", ".1", "1.2.3", "-1.2", "1.2 ", "a.b", "1.9999999999999999999", "9999999999999999999.1"})
    void whatIsNoneStandsForNothing(String text) {
        assertThat(Mark.parse(text)).isEmpty();
    }
}
