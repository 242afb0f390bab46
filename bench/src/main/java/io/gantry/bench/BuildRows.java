package io.gantry.bench;

import io.gantry.bench.peer.Command;
import io.gantry.bench.peer.Engines;
import io.gantry.contracts.tar.TarEntry;
import io.gantry.contracts.tar.TarWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The same build of six steps by Docker's API: ours, the engine's classic builder, and Podman's buildah; and by the engine's BuildKit, which is its client's alone. */
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
    private static final String TAG = "bench-built";
    /** A build with nothing new is over soon: so many are made at a time. */
    private static final int CACHED_AT_A_TIME = 5;
    private final Path context;
    private final int runs;
    private final Map<String, Builder> builders = new LinkedHashMap<>();
    private int changes;

    private interface Builder {
        /** @return milliseconds */
        double build() throws IOException, InterruptedException;
    }

    BuildRows(Engines engines, Path context, int runs) throws IOException, InterruptedException {
        this.context = Files.createDirectories(context);
        this.runs = runs;
        Files.writeString(context.resolve("Dockerfile"), STEPS);
        builders.put("gantry", byApi(Platform.dockerSocket(), Platform.IMAGE));
        boolean kit = hasBuildKit();
        engines.socket("dockerd").ifPresent(socket -> {
            if (kit) {
                builders.put("BuildKit", () -> Command.time(byBuildKit(socket, "gantry-bench")));
            }
            builders.put("dockerd", byApi(socket, "gantry-bench"));
        });
        engines.socket("podman").ifPresent(socket -> builders.put("podman", byApi(socket, "docker.io/library/gantry-bench")));
    }

    private Builder byApi(Path socket, String base) {
        DockerCalls calls = new DockerCalls(socket, base);
        return () -> calls.build(tar(), TAG, base + ":latest");
    }

    private List<String> byBuildKit(Path socket, String base) {
        return List.of(
                "env", "DOCKER_BUILDKIT=1", "docker", "-H", "unix://" + socket, "build", "-q", "-t", TAG, "--build-arg", "BASE=" + base + ":latest",
                context.toString());
    }

    private byte[] tar() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarWriter tar = new TarWriter(bytes)) {
            for (String name : List.of("Dockerfile", "early", "late")) {
                byte[] content = Files.readAllBytes(context.resolve(name));
                tar.add(TarEntry.file(name, 0644, 0, 0, content.length, Instant.EPOCH), new ByteArrayInputStream(content));
            }
        }
        return bytes.toByteArray();
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
            for (int j = 0; j < CACHED_AT_A_TIME; j++) {
                all(cached);
            }
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
            double millis = builder.getValue().build();
            if (builder.getKey().equals("gantry")) {
                into.ours(millis);
            } else {
                into.of(builder.getKey(), millis);
            }
        }
    }
}
