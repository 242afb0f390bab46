package io.gantry.agent.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
    @TempDir Path data;

    @Test
    void nobodyElseReadsWhatIsDesired() throws Exception {
        Path folder = data.resolve("deep/agent");
        new Journal(folder);
        assertThat(mode(folder)).isEqualTo("rwx------");
    }

    @Test
    void closesAFolderThatAnEarlierAgentLeftOpen() throws Exception {
        Path folder = Files.createDirectory(data.resolve("agent"));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        new Journal(folder);
        assertThat(mode(folder)).isEqualTo("rwx------");
    }

    private static String mode(Path file) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
