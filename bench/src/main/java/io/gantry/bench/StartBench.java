package io.gantry.bench;

import io.gantry.agent.execute.RuntimeSettings;
import io.gantry.bench.peer.Command;
import io.gantry.bench.peer.OciRuntime;
import io.gantry.bench.peer.Rootfs;
import io.gantry.contracts.id.ContainerId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How long a container takes to start. Gantry and its peers take turns within the same minute, so that a busy machine is busy for all;
 * the ratios say more than the figures.
 */
final class StartBench {
    private static final int WARM_UP = 5;
    private final Path folder;
    private final int runs;

    StartBench(Path folder, int runs) {
        this.folder = folder;
        this.runs = runs;
    }

    List<Row> run() throws Exception {
        Path rootfs = Rootfs.make(folder.resolve("rootfs"));
        List<Row> rows = new ArrayList<>(agentAlone(rootfs));
        Optional<Platform> platform = Platform.ofEnvironment();
        if (platform.isPresent()) {
            rows.addAll(new OverRest(platform.get(), folder, rootfs).rows(runs));
        } else {
            System.err.println("no Gantry runs here, so nothing is measured over REST: ./gantry up first");
        }
        return rows;
    }

    private List<Row> agentAlone(Path rootfs) throws Exception {
        Map<String, OciRuntime> peers = new LinkedHashMap<>();
        for (String name : List.of("crun", "runc")) {
            if (Command.installed(name)) {
                peers.put(name, new OciRuntime(name, folder, rootfs));
            }
        }
        List<Double> start = new ArrayList<>();
        List<Double> total = new ArrayList<>();
        List<Double> memory = new ArrayList<>();
        Map<String, List<Double>> others = new LinkedHashMap<>();
        try (AgentAlone agent = new AgentAlone(folder, rootfs, 64, 8, RuntimeSettings.DEFAULT_LOG_BYTES)) {
            for (int i = -WARM_UP; i < runs; i++) {
                AgentAlone.Times times = agent.runTrue();
                if (i >= 0) {
                    start.add(times.start());
                    total.add(times.total());
                }
                for (var peer : peers.entrySet()) {
                    double millis = peer.getValue().runOnce();
                    if (i >= 0) {
                        others.computeIfAbsent(peer.getKey(), _ -> new ArrayList<>()).add(millis);
                    }
                }
            }
            for (int i = 0; i < 5; i++) {
                ContainerId id = agent.sleeper();
                memory.add(agent.monitorMemory(id));
                agent.end(id);
            }
        }
        return List.of(
                Row.of("agent: plan to exec", "ms", new Samples(start), Samples.ofEach(others), new Promise.AtMostRatioTo("crun", 1.5)),
                Row.of("agent: plan to exit of true seen", "ms", new Samples(total), Samples.ofEach(others), Promise.NONE),
                Row.of("monitor: private memory", "KiB", new Samples(memory), Map.of(), new Promise.AtMost(300)));
    }
}
