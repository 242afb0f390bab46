package io.gantry.agent.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.contracts.unit.Bytes;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayerSpoolTest {
    private static final LayerLimits LIMITS = new LayerLimits(Bytes.mebi(200), 1, Bytes.mebi(100));
    private final AtomicLong free = new AtomicLong(Long.MAX_VALUE);

    @TempDir Path folder;

    private void spool(Path upper) throws IOException {
        try (LayerSpool spool = new LayerSpool(OutputStream.nullOutputStream(), LIMITS, free::get)) {
            LayerDiff.write(upper, spool);
        }
    }

    private void sparse(long size) throws IOException {
        try (FileChannel file = FileChannel.open(folder.resolve("sparse"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.allocate(1), size - 1);
        }
    }

    @Test
    void aSparseFileOfATebibyteIsGivenUpAtTheLimit() throws Exception {
        sparse(1L << 40);
        assertThatThrownBy(() -> spool(folder))
                .isInstanceOf(LayerSpool.Full.class)
                .hasMessage("there is more than the 200 MiB that a layer may have, sparse files counted in full");
    }

    @Test
    void roomIsLeftOnTheDisk() throws Exception {
        sparse(100 << 20);
        spool(folder);
        free.set(99 << 20);
        assertThatThrownBy(() -> spool(folder)).isInstanceOf(LayerSpool.Full.class).hasMessageStartingWith("99 MiB of the node's disk are free");
    }

    @Test
    void whatIsWrittenIsThere() throws Exception {
        Path file = folder.resolve("spool");
        try (LayerSpool spool = new LayerSpool(file)) {
            spool.write("sp".getBytes());
            spool.write('o');
        }
        assertThat(Files.readString(file)).isEqualTo("spo");
    }
}
