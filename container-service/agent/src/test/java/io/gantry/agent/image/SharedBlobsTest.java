package io.gantry.agent.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.contracts.unit.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class SharedBlobsTest {
    private static final Digest BLOB = Digest.ofHex("ab".repeat(32));
    @TempDir Path folder;
    private final byte[] bytes = new byte[300_000];
    private SharedBlobs shared;
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @BeforeEach
    void begin() throws IOException {
        Files.createDirectories(folder.resolve("shared")).resolve("of an earlier agent").toFile().createNewFile();
        shared = new SharedBlobs(folder.resolve("shared"), () -> now, WireLedger.in(folder.resolve("wire"), now));
        new Random(1).nextBytes(bytes);
    }

    @Test
    void whatHasComeIsGivenFromAnyByteOn() throws Exception {
        assertThat(files()).isZero();
        assertThat(shared.open(BLOB, 0, Duration.ZERO)).isEmpty();
        try (InputStream own = shared.through(BLOB, new ByteArrayInputStream(bytes))) {
            assertThat(own.readAllBytes()).isEqualTo(bytes);
        }
        assertThat(shared.open(BLOB, 0, Duration.ZERO).orElseThrow().readAllBytes()).isEqualTo(bytes);
        assertThat(shared.open(BLOB, 1000, Duration.ZERO).orElseThrow().readAllBytes()).isEqualTo(Arrays.copyOfRange(bytes, 1000, bytes.length));
        assertThat(shared.open(BLOB, bytes.length, Duration.ZERO).orElseThrow().readAllBytes()).isEmpty();
    }

    @Test
    void whoReadsWaitsForWhatIsStillToCome() throws Exception {
        PipedOutputStream source = new PipedOutputStream();
        InputStream own = shared.through(BLOB, new PipedInputStream(source, 1 << 20));
        source.write(bytes, 0, 100_000);
        own.readNBytes(100_000);
        InputStream other = shared.open(BLOB, 100_000, Duration.ZERO).orElseThrow();
        CompletableFuture<byte[]> all = CompletableFuture.supplyAsync(() -> read(other));
        Thread.sleep(50);
        assertThat(all).isNotDone();
        source.write(bytes, 100_000, 200_000);
        source.close();
        own.readAllBytes();
        assertThat(all.join()).isEqualTo(Arrays.copyOfRange(bytes, 100_000, bytes.length));
    }

    @Test
    void whoComesTooEarlyWaitsForTheBeginning() throws Exception {
        CompletableFuture<byte[]> early = CompletableFuture.supplyAsync(() -> {
            try {
                return read(shared.open(BLOB, 0, Duration.ofSeconds(10)).orElseThrow());
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        Thread.sleep(50);
        shared.through(BLOB, new ByteArrayInputStream(bytes)).readAllBytes();
        assertThat(early.join()).isEqualTo(bytes);
    }

    @Test
    void whoReadsIsToldWhenTheRestWillNeverCome() throws Exception {
        PipedOutputStream source = new PipedOutputStream();
        InputStream own = shared.through(BLOB, new PipedInputStream(source, 1 << 20));
        source.write(bytes, 0, 10);
        own.readNBytes(10);
        InputStream other = shared.open(BLOB, 0, Duration.ZERO).orElseThrow();
        other.readNBytes(10);
        own.close();
        assertThatThrownBy(other::read).hasMessage("its own fetch ended in the middle");
        assertThat(shared.open(BLOB, 0, Duration.ZERO)).isEmpty();
        assertThat(files()).isZero();
    }

    @Test
    void whatNobodyWantsAnyMoreGoes() throws Exception {
        shared.through(BLOB, new ByteArrayInputStream(bytes)).readAllBytes();
        InputStream slow = shared.open(BLOB, 0, Duration.ZERO).orElseThrow();
        now = now.plus(SharedBlobs.KEPT).plusSeconds(1);
        shared.sweep();
        assertThat(slow.readAllBytes()).as("who has begun gets all").isEqualTo(bytes);
        slow.close();
        now = now.plus(Duration.ofMinutes(1));
        shared.sweep();
        assertThat(files()).isEqualTo(1);
        now = now.plus(SharedBlobs.KEPT);
        shared.sweep();
        assertThat(shared.open(BLOB, 0, Duration.ZERO)).isEmpty();
        assertThat(files()).isZero();
    }

    private static byte[] read(InputStream in) {
        try {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private long files() throws IOException {
        try (var found = Files.list(folder.resolve("shared"))) {
            return found.count();
        }
    }
}
