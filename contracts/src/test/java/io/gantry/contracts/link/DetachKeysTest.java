package io.gantry.contracts.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DetachKeysTest {
    private static String pass(DetachKeys keys, String typed) {
        byte[] bytes = typed.getBytes(StandardCharsets.US_ASCII);
        byte[] passed = keys.pass(bytes, bytes.length);
        return passed == null ? null : new String(passed, StandardCharsets.US_ASCII);
    }

    @Test
    void leavesWhenTheKeysComeOneAfterTheOther() {
        assertThat(pass(DetachKeys.parse("ctrl-p,ctrl-q"), "ls\r\u0010\u0011")).isNull();
        DetachKeys keys = DetachKeys.parse("ctrl-p,ctrl-q");
        assertThat(pass(keys, "a\u0010")).isEqualTo("a");
        assertThat(pass(keys, "\u0011")).as("in two pieces").isNull();
    }

    @Test
    void whatOnlyBeginsLikeThemGoesOn() {
        DetachKeys keys = DetachKeys.parse("ctrl-p,ctrl-q");
        assertThat(pass(keys, "\u0010")).isEmpty();
        assertThat(pass(keys, "x")).isEqualTo("\u0010x");
        assertThat(pass(keys, "\u0010\u0010")).as("the second may begin it").isEqualTo("\u0010");
        assertThat(pass(keys, "\u0011")).isNull();
    }

    @Test
    void lettersAreKeysToo() {
        assertThat(pass(DetachKeys.parse("a,b,ctrl-\\"), "xab\u001c")).isNull();
        assertThat(pass(DetachKeys.parse("ctrl-@"), "\0")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ctrl-", "ctrl-pq", "ab", "ctrl-p,", "alt-p"})
    void whatIsNoKeyIsRefused(String text) {
        assertThatThrownBy(() -> DetachKeys.parse(text)).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("is no key");
    }
}
