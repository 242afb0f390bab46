package io.gantry.bench;

import io.gantry.bench.answers.SideBySide;
import io.gantry.bench.inside.Comparison;
import io.gantry.bench.inside.Inside;
import io.gantry.bench.peer.Command;
import io.gantry.bench.peer.Rootfs;
import io.gantry.contracts.envelope.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * {@code Bench start|agent|gateway|images|differences|answers [-o json|table] [-n RUNS] [--install-peers]}: measures, prints, and ends with 1 if a promise is broken.
 * Differences inside are promised by nobody; answers that differ must be explained.
 */
public final class Bench {
    private static final int RUNS = 25;
    private static final Set<String> NAMES = Set.of("start", "agent", "gateway", "images", "differences", "answers");

    private Bench() {}

    public static void main(String[] args) throws Exception {
        boolean json = false;
        int runs = RUNS;
        String name = null;
        for (int i = 0; i < args.length; i++) {
            switch (args[i]) {
                case "-o", "--output" -> json = args[++i].equals("json");
                case "-n", "--runs" -> runs = Integer.parseInt(args[++i]);
                case "--install-peers" -> Command.run("apt-get", "install", "-y", "--no-install-recommends", "docker.io", "podman", "crun", "runc", "skopeo");
                default -> name = args[i];
            }
        }
        if (name == null || !NAMES.contains(name)) {
            System.err.println("usage: ./gantry bench start|agent|gateway|images|differences|answers [-o json|table] [-n RUNS] [--install-peers]");
            System.exit(2);
        }
        Path folder = Files.createTempDirectory("gb");
        List<Row> rows;
        try {
            if (name.equals("differences")) {
                Comparison found = differences(folder);
                System.out.print(json ? Json.write(found) + "\n" : found.table());
                return;
            }
            if (name.equals("answers")) {
                SideBySide.Outcome outcome = answers(folder);
                System.out.print(json ? Json.write(outcome) + "\n" : outcome.text());
                remove(folder);
                System.exit(outcome.good() ? 0 : 1);
            }
            rows = switch (name) {
                case "agent" -> new AgentBench(folder, runs).run();
                case "gateway" -> new GatewayBench(folder, runs).run();
                case "images" -> new ImagesBench(folder, runs).run();
                default -> new StartBench(folder, runs).run();
            };
        } finally {
            remove(folder);
        }
        System.out.print(json ? Report.json(rows) + "\n" : Report.table(rows));
        System.exit(rows.stream().anyMatch(row -> row.outcome() == Promise.Outcome.BROKEN) ? 1 : 0);
    }

    private static Comparison differences(Path folder) throws Exception {
        Platform platform = Platform.ofEnvironment().orElseThrow(() -> new IllegalStateException("no Gantry runs here: ./gantry up first"));
        Path rootfs = Rootfs.make(folder.resolve("rootfs"));
        platform.pushImage(rootfs, folder);
        return Inside.compare(Platform.dockerSocket(), Platform.IMAGE, folder, rootfs);
    }

    private static SideBySide.Outcome answers(Path folder) throws Exception {
        Platform platform = Platform.ofEnvironment().orElseThrow(() -> new IllegalStateException("no Gantry runs here: ./gantry up first"));
        Path rootfs = Rootfs.make(folder.resolve("rootfs"));
        platform.pushImage(rootfs, folder);
        Path page = Path.of(System.getenv("GANTRY_ROOT"), "docs/reference/docker-differences.md");
        return SideBySide.compare(Platform.dockerSocket(), Platform.IMAGE, folder, rootfs, Files.readString(page));
    }

    private static void remove(Path folder) throws IOException {
        try (var paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
