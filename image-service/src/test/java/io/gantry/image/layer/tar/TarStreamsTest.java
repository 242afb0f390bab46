package io.gantry.image.layer.tar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.contracts.tar.TarFailure;
import io.gantry.contracts.unit.Bytes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** Archives are known by their first bytes, however they are packed, and have an end. */
class TarStreamsTest {
    private static final byte[] CONTENT = "what is packed".repeat(1000).getBytes();

    @ParameterizedTest
    @ValueSource(strings = {"plain", "gzip", "bzip2", "xz"})
    void isUnpackedWhateverItIsPackedBy(String kind) throws IOException {
        assertThat(TarStreams.recognise(new ByteArrayInputStream(packed(kind))).readAllBytes()).isEqualTo(CONTENT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "bzip2", "xz"})
    void isRefusedWhenItIsBroken(String kind) throws IOException {
        byte[] whole = packed(kind);
        assertThatThrownBy(() -> TarStreams.recognise(new ByteArrayInputStream(Arrays.copyOf(whole, whole.length / 2))).readAllBytes())
                .isInstanceOf(TarFailure.class)
                .hasMessageStartingWith("what is packed is broken: ");
    }

    @Test
    void aSourceThatFailsIsNoBrokenArchive() throws IOException {
        byte[] begun = Arrays.copyOf(packed("gzip"), 60);
        InputStream source = new SequenceInputStream(new ByteArrayInputStream(begun), new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("the client is gone");
            }
        });
        assertThatThrownBy(() -> TarStreams.recognise(source).readAllBytes()).isNotInstanceOf(TarFailure.class).hasMessage("the client is gone");
    }

    /** By {@code xz --lzma2=dict=256MiB}: the header says how much is needed. */
    @Test
    void moreMemoryThanXzsUsualLevelsNeedIsNotGiven() {
        byte[] greedy = Base64.getDecoder().decode("/Td6WFoAAAFpIt42AgAhASAAAAAJiKV24AAJAAZdADxrfAAAAAAAAHdH344AAR4K6mMSFJBCmQ0BAAAAAAFZWg==");
        assertThatThrownBy(() -> TarStreams.recognise(new ByteArrayInputStream(greedy)).readAllBytes())
                .isInstanceOf(TarFailure.class)
                .hasMessage("what is packed is broken: 262248 KiB of memory would be needed; limit was 102400 KiB");
    }

    @Test
    void whatIsLongerThanAnybodyMaySendIsGivenUp() throws IOException {
        assertThat(new BoundedStream(new ByteArrayInputStream(CONTENT), "the context", new Bytes(CONTENT.length)).readAllBytes()).isEqualTo(CONTENT);
        assertThatThrownBy(() -> new BoundedStream(new ByteArrayInputStream(CONTENT), "the context", new Bytes(1024)).readAllBytes())
                .isInstanceOf(TarFailure.class)
                .hasMessage("the context has more than 1 KiB, which is the most that is taken");
        assertThatThrownBy(() -> new BoundedStream(new ByteArrayInputStream(CONTENT), "the context", new Bytes(1024)).skipNBytes(2000))
                .isInstanceOf(TarFailure.class);
    }

    private static byte[] packed(String kind) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream packing = switch (kind) {
            case "gzip" -> new GZIPOutputStream(out);
            case "bzip2" -> new BZip2CompressorOutputStream(out);
            case "xz" -> new XZOutputStream(out, new LZMA2Options(1));
            default -> out;
        }) {
            packing.write(CONTENT);
        }
        return out.toByteArray();
    }
}
