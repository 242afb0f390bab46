package io.gantry.container.kept.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SealTest {
    private static final byte[] PLAIN = "correct horse".getBytes(StandardCharsets.UTF_8);
    private final Random random = new Random(7);
    private final Seal seal = new Seal(key(1));

    private static byte[] key(int fill) {
        byte[] key = new byte[Seal.KEY_BYTES];
        Arrays.fill(key, (byte) fill);
        return key;
    }

    @Test
    void opensWhatItClosed() {
        byte[] closed = seal.close(PLAIN, "secret-1/1", random);
        assertThat(seal.open(closed, "secret-1/1")).isEqualTo(PLAIN);
        assertThat(new String(closed, StandardCharsets.ISO_8859_1)).doesNotContain("horse");
    }

    @Test
    void closesTheSameDifferentlyEachTime() {
        assertThat(seal.close(PLAIN, "secret-1/1", random)).isNotEqualTo(seal.close(PLAIN, "secret-1/1", random));
    }

    @Test
    void opensNothingOfAnotherPlaceOrKeyOrThatWasChanged() {
        byte[] closed = seal.close(PLAIN, "secret-1/1", random);
        assertThatThrownBy(() -> seal.open(closed, "secret-1/2")).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("another key or for another place");
        assertThatThrownBy(() -> new Seal(key(2)).open(closed, "secret-1/1")).isInstanceOf(IllegalArgumentException.class);
        closed[closed.length - 1] ^= 1;
        assertThatThrownBy(() -> seal.open(closed, "secret-1/1")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> seal.open(new byte[3], "secret-1/1")).hasMessage("that was never sealed");
    }

    @Test
    void isNamedByItsKeyWithoutTellingIt() {
        assertThat(seal.name()).matches("[0-9a-f]{12}").isEqualTo(new Seal(key(1)).name()).isNotEqualTo(new Seal(key(2)).name()).isNotEqualTo("01".repeat(6));
        assertThatThrownBy(() -> new Seal(new byte[16])).hasMessage("a key has 32 bytes, got 16");
    }
}
