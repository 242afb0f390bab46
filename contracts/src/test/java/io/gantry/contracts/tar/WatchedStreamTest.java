package io.gantry.contracts.tar;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WatchedStreamTest {
    private final ByteArrayOutputStream seen = new ByteArrayOutputStream();
    private int ends;

    @Test
    void allIsSeenHoweverItIsReadOrSkipped() throws Exception {
        byte[] all = new byte[300_000];
        new Random(1).nextBytes(all);
        all[0] = (byte) 0xff;
        try (WatchedStream stream = watched(all)) {
            assertThat(stream.read()).isEqualTo(0xff);
            assertThat(stream.skip(-1)).isZero();
            assertThat(stream.skip(10)).isEqualTo(10);
            stream.skipNBytes(100_000);
            assertThat(stream.readNBytes(5)).hasSize(5);
            assertThat(stream.markSupported()).isFalse();
            assertThat(ends).isZero();
            stream.transferTo(ByteArrayOutputStream.nullOutputStream());
            assertThat(stream.read()).isEqualTo(-1);
        }
        assertThat(seen.toByteArray()).isEqualTo(all);
        assertThat(ends).isPositive();
    }

    private WatchedStream watched(byte[] all) {
        return new WatchedStream(new ByteArrayInputStream(all)) {
            @Override
            protected void passed(byte[] data, int from, int length) {
                seen.write(data, from, length);
            }

            @Override
            protected void ended() {
                ends++;
            }
        };
    }
}
