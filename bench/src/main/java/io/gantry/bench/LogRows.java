package io.gantry.bench;

import io.gantry.agent.execute.RuntimeSettings;
import io.gantry.agent.log.LogQuery;
import io.gantry.bench.peer.Command;
import io.gantry.contracts.id.ContainerId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Logs in bytes of what the container writes: lines of 100 bytes. */
final class LogRows {
    private static final int MB = 1_000_000;
    private static final int WRITTEN_MB = 300;
    private static final int LARGE_MB = 1000;
    private static final int ROUNDS = 5;
    private static final String PRODUCER = "yes " + "x".repeat(99) + " | head -c %d";
    private final Path folder;
    private final Path rootfs;

    LogRows(Path folder, Path rootfs) {
        this.folder = folder;
        this.rootfs = rootfs;
    }

    List<Row> rows() throws Exception {
        List<Row> rows = new ArrayList<>();
        try (AgentAlone agent = new AgentAlone(folder.resolve("rotated"), rootfs, 64, 2, RuntimeSettings.DEFAULT_LOG_BYTES)) {
            rows.add(write(agent));
        }
        try (AgentAlone agent = new AgentAlone(folder.resolve("large"), rootfs, 64, 2, 4L << 30)) {
            rows.addAll(read(agent));
        }
        return rows;
    }

    /** With rotation, as every container has it. */
    private Row write(AgentAlone agent) throws Exception {
        List<Double> ours = new ArrayList<>();
        List<Double> plain = new ArrayList<>();
        String producer = PRODUCER.formatted(WRITTEN_MB * MB);
        Path file = folder.resolve("plain");
        for (int i = 0; i < ROUNDS; i++) {
            ContainerId id = agent.newId();
            ours.add(WRITTEN_MB / agent.script(id, producer));
            agent.remove(id);
            double seconds = Command.time(List.of("/bin/busybox", "sh", "-c", producer + " > " + file)) / 1000;
            plain.add(WRITTEN_MB / seconds);
            Files.delete(file);
        }
        return Row.of(
                "log: written by a container, rotated", "MB/s", new Samples(ours), Map.of("plain file", new Samples(plain)),
                new Promise.AtLeastRatioTo("plain file", 0.8));
    }

    private static List<Row> read(AgentAlone agent) throws Exception {
        ContainerId id = agent.newId();
        agent.script(id, PRODUCER.formatted(LARGE_MB * MB));
        List<Double> all = new ArrayList<>();
        List<Double> tail = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
            long begin = System.nanoTime();
            long bytes = agent.readLog(id, LogQuery.ALL);
            all.add(bytes / (double) MB / ((System.nanoTime() - begin) / 1e9));
        }
        for (int i = 0; i < 25; i++) {
            long begin = System.nanoTime();
            if (agent.readLog(id, LogQuery.ALL.last(10)) != 1000) {
                throw new IllegalStateException("the last ten lines are not ten");
            }
            tail.add((System.nanoTime() - begin) / 1e6);
        }
        agent.remove(id);
        return List.of(
                Row.of("log: read of 1 GB at the agent", "MB/s", new Samples(all), Map.of(), new Promise.AtLeast(200)),
                Row.of("log: last 10 lines of 1 GB", "ms", new Samples(tail), Map.of(), new Promise.AtMost(5)));
    }
}
