package io.gantry.image.build.step;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StepTextTest {
    @Test
    void whatIsShortIsKeptAsItCame() {
        StepText text = new StepText();
        assertThat(text.isEmpty()).isTrue();
        text.add("one\ntw");
        text.add("o\nthree");
        assertThat(text.toString()).isEqualTo("one\ntwo\nthree");
        assertThat(text.lastLines(2)).containsExactly("two", "three");
        assertThat(text.lastLines(9)).containsExactly("one", "two", "three");
    }

    @Test
    void ofWhatIsLongTheBeginningAndTheEndAreKeptAndTheRestIsCounted() {
        StepText text = new StepText();
        text.add("beginning\n");
        for (int i = 0; i < 100_000; i++) {
            text.add("line %07d\n".formatted(i));
        }
        String kept = text.toString();
        assertThat(kept).startsWith("beginning\nline 0000000\n").endsWith("line 0099999\n");
        long left = 10 + 100_000L * 13 - (1 << 16) - (3 << 16);
        assertThat(kept).contains("\n[" + left + " characters are not kept]\n").hasSizeLessThan((4 << 16) + 100);
        assertThat(text.lastLines(1)).containsExactly("line 0099999");
    }
}
