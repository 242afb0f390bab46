package io.gantry.contracts.link;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FrameCutterTest {
    private final FrameCutter cutter = new FrameCutter();
    private final List<String> told = new ArrayList<>();

    private void take(byte[] bytes, int from, int to) {
        cutter.take(ByteBuffer.wrap(bytes, from, to - from), frame -> told.add(UTF_8.decode(frame).toString()));
    }

    private static byte[] body(String... frames) {
        ByteBuffer all = ByteBuffer.allocate(1000);
        for (String frame : frames) {
            all.putInt(frame.length()).put(frame.getBytes(UTF_8));
        }
        byte[] bytes = new byte[all.flip().remaining()];
        all.get(bytes);
        return bytes;
    }

    @Test
    void findsFramesWhereverTheirBodyIsCutUp() {
        byte[] body = body("one", "", "t", "three three three", "");
        for (int first = 0; first <= body.length; first++) {
            for (int second = first; second <= body.length; second++) {
                told.clear();
                take(body, 0, first);
                take(body, first, second);
                take(body, second, body.length);
                assertThat(told).as("cut at %d and %d", first, second).containsExactly("one", "t", "three three three");
            }
        }
    }

    @Test
    void tellsAFrameAsSoonAsItIsWhole() {
        byte[] body = body("one", "two");
        take(body, 0, body.length - 1);
        assertThat(told).containsExactly("one");
        take(body, body.length - 1, body.length);
        assertThat(told).containsExactly("one", "two");
    }

    @Test
    void whatHasNoLengthOfAFrameIsRefused() {
        for (int length : new int[] {-1, FrameCutter.LARGEST + 1, Integer.MIN_VALUE}) {
            ByteBuffer bad = ByteBuffer.allocate(4).putInt(length).flip();
            assertThatThrownBy(() -> new FrameCutter().take(bad, _ -> {})).isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("a frame has at most 4194304 bytes, got " + Integer.toUnsignedLong(length));
        }
    }
}
