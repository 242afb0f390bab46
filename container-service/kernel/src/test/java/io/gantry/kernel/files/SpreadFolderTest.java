package io.gantry.kernel.files;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.kernel.syscall.LinuxSystemCalls;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpreadFolderTest {
    @TempDir Path folder;

    @Test
    void isWhereTheFileSystemCanDoSo() throws Exception {
        boolean can = Files.getFileStore(folder).type().matches("ext[234]");
        assertThat(SpreadFolder.spread(new LinuxSystemCalls(), folder.toString())).isEqualTo(can);
        assertThat(SpreadFolder.spread(new LinuxSystemCalls(), folder.toString())).as("a second time").isEqualTo(can);
        Path within = Files.createDirectory(folder.resolve("within"));
        assertThat(flags(within)).as("what is made in it is a folder as any").doesNotContain("T");
        assertThat(flags(folder).contains("T")).isEqualTo(can);
    }

    @Test
    void isNothingInMemoryOrWhereNothingIs() throws Exception {
        Path memory = Files.createTempDirectory(Path.of("/dev/shm"), "spread");
        assertThat(SpreadFolder.spread(new LinuxSystemCalls(), memory.toString())).isFalse();
        Files.delete(memory);
        assertThat(SpreadFolder.spread(new LinuxSystemCalls(), memory.toString())).isFalse();
    }

    /** As lsattr(1) prints them; empty where the file system has none. */
    private static String flags(Path path) throws Exception {
        Process listing = new ProcessBuilder("lsattr", "-d", path.toString()).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        return new String(listing.getInputStream().readAllBytes()).split(" ")[0];
    }
}
