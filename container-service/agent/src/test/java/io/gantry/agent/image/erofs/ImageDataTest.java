package io.gantry.agent.image.erofs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageDataTest {
    @TempDir Path folder;

    @Test
    void isTheSamePastThePageCacheAndThroughIt() throws Exception {
        Path past = folder.resolve("past");
        Path through = folder.resolve("through");
        write(past, true);
        write(through, false);
        assertThat(Files.size(past)).isPositive().satisfies(size -> assertThat(size % Superblock.BLOCK).isZero());
        assertThat(Files.mismatch(past, through)).isEqualTo(-1);
        byte[] all = Files.readAllBytes(past);
        assertThat(all).startsWith(new byte[] {1, 2, 3});
        assertThat(all[2 * Superblock.BLOCK - 1]).as("behind the first content").isZero();
    }

    /** Memory's own file system takes the option on newer kernels only; others never do. */
    @Test
    void isWrittenWhereverItIsPut() throws Exception {
        Path file = Files.createTempDirectory(Path.of("/dev/shm"), "image").resolve("file");
        try {
            write(file, true);
            Path other = folder.resolve("other");
            write(other, false);
            assertThat(Files.mismatch(file, other)).isEqualTo(-1);
        } finally {
            Files.deleteIfExists(file);
            Files.delete(file.getParent());
        }
    }

    @Test
    void takesNoOthersPlace() throws Exception {
        Path taken = Files.writeString(folder.resolve("taken"), "mine");
        assertThatThrownBy(() -> new ImageData(taken)).isInstanceOf(FileAlreadyExistsException.class);
        assertThat(taken).hasContent("mine");
    }

    /** Contents that end within a block, cross what is written at a time, and are as long as that. */
    private static void write(Path path, boolean past) throws IOException {
        Random random = new Random(4711);
        try (ImageData data = new ImageData(path, past)) {
            for (int size : new int[] {10, 1 << 20, (3 << 20) + 17, Superblock.BLOCK, 0, 1}) {
                byte[] content = new byte[size];
                random.nextBytes(content);
                long block = data.block();
                assertThat(block * Superblock.BLOCK).isEqualTo(data.position());
                assertThat(data.write(new ByteArrayInputStream(content))).isEqualTo(size);
            }
            byte[] first = new byte[Superblock.BLOCK];
            first[0] = 1;
            first[1] = 2;
            first[2] = 3;
            data.finish(first);
        }
    }
}
