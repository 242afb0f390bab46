package io.gantry.agent.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DataLockTest {
    @TempDir Path data;

    /** Another agent, as far as the lock goes. */
    static final class Holder {
        private Holder() {}

        public static void main(String[] args) throws Exception {
            try (DataLock _ = DataLock.take(Path.of(args[0]))) {
                System.out.println("taken");
                System.in.read();
            }
        }
    }

    @Test
    void whoHasItIsNamedAndItIsFreeWhenItsProcessIsKilled() throws Exception {
        Process holder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(), "-cp", System.getProperty("java.class.path"), Holder.class.getName(), data.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out = new BufferedReader(new InputStreamReader(holder.getInputStream()))) {
            assertThat(out.readLine()).isEqualTo("taken");
            assertThatThrownBy(() -> DataLock.take(data))
                    .isInstanceOf(DataLock.Held.class)
                    .hasMessage("an agent with --data-dir %s runs (pid %d): end it first, or give another folder", data, holder.pid());
        } finally {
            holder.destroyForcibly().waitFor();
        }
        DataLock.take(data).close();
    }

    @Test
    void canBeTakenAgainOnceItIsClosed() throws Exception {
        for (int i = 0; i < 2; i++) {
            try (DataLock _ = DataLock.take(data)) {
                assertThatThrownBy(() -> DataLock.take(data)).isInstanceOf(DataLock.Held.class);
            }
        }
    }

    @Test
    void whatLiesBesideItIsNobodyElses() throws Exception {
        DataLock.take(data.resolve("fresh")).close();
        assertThat(Files.getPosixFilePermissions(data.resolve("fresh/agent"))).isEqualTo(PosixFilePermissions.fromString("rwx------"));
    }
}
