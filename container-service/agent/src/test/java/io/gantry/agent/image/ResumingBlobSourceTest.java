package io.gantry.agent.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.contracts.unit.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ResumingBlobSourceTest {
    private static final Digest BLOB = Digest.ofHex("ab".repeat(32));
    private static final List<Duration> PAUSES = List.of(Duration.ZERO, Duration.ZERO);
    private final byte[] content = new byte[100_000];
    private final List<Long> asked = new ArrayList<>();

    ResumingBlobSourceTest() {
        new Random(3).nextBytes(content);
    }

    @Test
    void goesOnWhereItBrokeOff() throws Exception {
        assertThat(source(700).open(BLOB).readAllBytes()).isEqualTo(content);
        assertThat(asked.subList(0, 3)).containsExactly(0L, 700L, 1400L);
    }

    @Test
    void goesOnThroughAsManyFailuresInARowAsThereArePauses() throws Exception {
        ResumingBlobSource source = new ResumingBlobSource((blob, from) -> {
            asked.add(from);
            return asked.size() == 2 ? away() : asked.size() == 1 ? breaksOff(0, 10) : rest(from);
        }, PAUSES);
        assertThat(source.open(BLOB).readAllBytes()).isEqualTo(content);
        assertThat(asked).containsExactly(0L, 10L, 10L);
    }

    @Test
    void isAwayOnceAllPausesBroughtNothing() throws Exception {
        ResumingBlobSource source = new ResumingBlobSource((blob, from) -> {
            asked.add(from);
            return asked.size() == 1 ? breaksOff(0, 10) : breaksOff(from, 0);
        }, PAUSES);
        try (InputStream body = source.open(BLOB)) {
            assertThatThrownBy(body::readAllBytes).isInstanceOf(BlobSourceAway.class).hasMessage("broke off");
        }
        assertThat(asked).containsExactly(0L, 10L, 10L);
    }

    /** The first failure is for whoever asks: it may wait for a source that isn't there yet in its own way. */
    @Test
    void aSourceThatIsAwayFromTheBeginningIsAskedOnce() {
        ResumingBlobSource source = new ResumingBlobSource((blob, from) -> {
            asked.add(from);
            return away();
        }, PAUSES);
        assertThatThrownBy(() -> source.open(BLOB)).isInstanceOf(BlobSourceAway.class);
        assertThat(asked).containsExactly(0L);
    }

    @Test
    void whatIsWrongWithTheBlobIsNotTriedAgain() throws Exception {
        ResumingBlobSource source = new ResumingBlobSource((blob, from) -> {
            asked.add(from);
            if (from > 0) {
                throw new IOException("answered 404");
            }
            return breaksOff(0, 10);
        }, PAUSES);
        try (InputStream body = source.open(BLOB)) {
            assertThatThrownBy(body::readAllBytes).isNotInstanceOf(BlobSourceAway.class).hasMessage("answered 404");
        }
        assertThat(asked).containsExactly(0L, 10L);
    }

    /** Breaks off after each so many bytes. */
    private ResumingBlobSource source(int bytes) {
        return new ResumingBlobSource((blob, from) -> {
            asked.add(from);
            return content.length - from <= bytes ? rest(from) : breaksOff(from, bytes);
        }, PAUSES);
    }

    private InputStream breaksOff(long from, int bytes) {
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                return away().read();
            }

            @Override
            public int read(byte[] into, int at, int length) throws IOException {
                return read();
            }
        };
        return new SequenceInputStream(new ByteArrayInputStream(Arrays.copyOfRange(content, (int) from, (int) from + bytes)), broken);
    }

    private InputStream rest(long from) {
        return new ByteArrayInputStream(content, (int) from, content.length - (int) from);
    }

    private static InputStream away() throws IOException {
        throw new BlobSourceAway("broke off", null);
    }
}
