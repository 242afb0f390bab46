package io.gantry.agent.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class ProgramsTest {
    @TempDir Path folder;

    @Test
    void oneThatHangsIsEndedAndNamed() throws Exception {
        Path pid = folder.resolve("pid");
        String[] hanging = {"sh", "-c", "echo $$ > " + pid + "; exec sleep 1000"};
        assertThatThrownBy(() -> Programs.run(Duration.ofMillis(500), hanging)).isInstanceOf(IOException.class).hasMessageContaining("isn't done after 500 ms");
        ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).ifPresent(left -> left.onExit().orTimeout(10, TimeUnit.SECONDS).join());
    }

    @Test
    void saysWhatItSaid() {
        assertThatThrownBy(() -> Programs.run("sh", "-c", "echo out; echo no >&2; exit 3")).hasMessageContaining("ended with 3: out\nno");
    }

    @Test
    void whatItStartedMayHoldItsOutputOpen() throws Exception {
        Path pid = folder.resolve("pid");
        Programs.run("sh", "-c", "sleep 1000 & echo $! > " + pid);
        assertThat(ProcessHandle.of(Long.parseLong(Files.readString(pid).strip()))).hasValueSatisfying(ProcessHandle::destroyForcibly);
    }
}
