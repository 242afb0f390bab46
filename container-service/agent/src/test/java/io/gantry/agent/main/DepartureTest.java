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

    @Test
    void whatContainersWroteThatWereRemovedGoesToo() throws Exception {
        Path data = folder.resolve("data");
        Files.createDirectories(data.resolve("rubbish/7/upper"));
        Files.writeString(data.resolve("rubbish/7/upper/secret"), "of a container");
        String parent = "gantry-departure-" + ProcessHandle.current().pid();
        AgentConfig config = AgentConfig.parse(
                List.of("--data-dir", data.toString(), "--run-dir", folder.resolve("run").toString(), "--cgroup-parent", parent), Map.of(), "host");
        try {
            assertThat(new Departure(config).leave()).isZero();
        } finally {
            removeGroups(parent);
        }
        assertThat(data.resolve("rubbish")).doesNotExist();
    }

    /** What is above the agent's own is its installation's. */
    private static void removeGroups(String parent) throws Exception {
        try (Stream<Path> controllers = Files.list(Path.of("/sys/fs/cgroup"))) {
            for (Path controller : controllers.toList()) {
                Files.deleteIfExists(controller.resolve(parent).resolve("gantry"));
                Files.deleteIfExists(controller.resolve(parent));
            }
        }
    }
}
