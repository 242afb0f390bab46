package io.gantry.agent.oci.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.kernel.files.TreeRemover;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class ProcessLookTest {
    @TempDir Path folder;

    @Test
    void aProcessWhoseNameIsNoTextRunsForAllThat() throws Exception {
        String script = "n=$(printf 'busybox\\377'); cp /bin/busybox \"$n\"; exec \"./$n\" sleep 1000";
        Process odd = new ProcessBuilder("sh", "-c", script).directory(folder.toFile()).inheritIO().start();
        try {
            Path name = Path.of("/proc/" + odd.pid() + "/comm");
            while (!Files.readString(name, StandardCharsets.ISO_8859_1).startsWith("busybox\377")) {
                Thread.onSpinWait();
            }
            assertThat(ProcessLook.ticks((int) odd.pid())).isPositive();
        } finally {
            odd.destroyForcibly().waitFor();
            TreeRemover.empty(folder); // names that are no text, which JUnit can't remove
        }
    }
}
