package io.gantry.agent.main;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.agent.disk.DataLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DepartureTest {
    @TempDir Path folder;

    @Test
    void touchesNothingBesideARunningAgent() throws Exception {
        Path data = folder.resolve("data");
        AgentConfig config = AgentConfig.parse(List.of("--data-dir", data.toString(), "--run-dir", folder.resolve("run").toString()), Map.of(), "host");
        try (DataLock _ = DataLock.take(data)) {
            assertThatThrownBy(() -> new Departure(config).leave())
                    .isInstanceOf(DataLock.Held.class)
                    .hasMessageContaining("an agent with --data-dir " + data + " runs (pid " + ProcessHandle.current().pid() + ")");
        }
        try (Stream<Path> all = Files.walk(folder)) {
            assertThat(all.filter(Files::isRegularFile)).containsExactly(data.resolve("agent/lock"));
        }
    }
}
