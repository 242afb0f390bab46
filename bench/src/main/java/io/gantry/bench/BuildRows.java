package io.gantry.bench;

import io.gantry.bench.peer.Command;
import io.gantry.bench.peer.Engines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The same build of six steps by Docker's own client: ours, the engine's classic builder, its BuildKit, and Podman's buildah. */
final class BuildRows {
    private static final String STEPS =
            """
            ARG BASE
            FROM $BASE
            COPY early /early
            RUN mkdir /made && head -c 10000000 /dev/zero > /made/much
            RUN sh -c 'for i in 1 2 3 4 5 6 7 8 9; do echo $i > /made/$i; done'
            COPY late /late
            RUN cat /early /late > /made/both
            """;
    private final Path context;
    private final int runs;
    private final Map<String, List<String>> builders = new LinkedHashMap<>();
    private int changes;

    BuildRows(Engines engines, Path context, int runs) throws IOException, InterruptedException {
        this.context = Files.createDirectories(context);
        this.runs = runs;
        Files.writeString(context.resolve("Dockerfile"), STEPS);
        builders.put("gantry", command(Platform.dockerSocket(), Platform.IMAGE, 0));
        boolean kit = hasBuildKit();
        engines.socket("dockerd").ifPresent(socket -> {
            if (kit) {
                builders.put("BuildKit", command(socket, "gantry-bench", 1));
            }
            builders.put("dockerd", command(socket, "gantry-bench", 0));
        });
        engines.socket("podman").ifPresent(socket -> builders.put("podman", command(socket, "docker.io/library/gantry-bench", 0)));
    }

    /** Docker's client reaches it by a plugin alone, which Debian 12 doesn't have. */
    private static boolean hasBuildKit() throws InterruptedException {
        try {
            Command.run("docker", "buildx", "version");
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private List<String> command(Path socket, String base, int kit) {
        return List.of(
                "env", "DOCKER_BUILDKIT=" + kit, "docker", "-H", "unix://" + socket, "build", "-q", "-t", "bench-built", "--build-arg", "BASE=" + base + ":latest",
                context.toString());
    }

    List<Row> rows() throws IOException, InterruptedException {
        Measured cold = new Measured();
        Measured cached = new Measured();
        Measured late = new Measured();
        // not counted: what each does once
        change("early", "late");
        all(new Measured());
        for (int i = 0; i < runs; i++) {
            change("early", "late");
            all(cold);
            all(cached);
            change("late");
            all(late);
        }
        Row coldRow = cold.row("build of 6 steps, all new", "ms", new Promise.AtMostRatioTo("BuildKit", 0.5));
        return List.of(
                coldRow,
                cached.row("build of 6 steps, nothing new", "ms", new Promise.AtMostRatioToBest(0.5)),
                late.row("build of 6 steps, the fifth new", "ms", new Promise.AtMost(0.3 * coldRow.gantry().median())));
    }

    private void change(String... names) throws IOException {
        for (String name : names) {
            Files.writeString(context.resolve(name), name + System.nanoTime() + changes++);
        }
    }

    private void all(Measured into) throws IOException, InterruptedException {
        for (var builder : builders.entrySet()) {
            double millis = Command.time(builder.getValue());
            if (builder.getKey().equals("gantry")) {
                into.ours(millis);
            } else {
                into.of(builder.getKey(), millis);
            }
        }
    }
}
