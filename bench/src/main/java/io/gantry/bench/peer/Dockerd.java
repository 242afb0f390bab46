package io.gantry.bench.peer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Debian's Docker engine. */
public final class Dockerd extends Engine {
    public Dockerd(Path folder, Path rootfs) throws IOException, InterruptedException {
        super(Files.createDirectories(folder), socket(folder), command(folder));
        importImage(folder, rootfs);
    }

    private static Path socket(Path folder) {
        return folder.resolve("docker.sock");
    }

    private static ProcessBuilder command(Path folder) {
        return new ProcessBuilder(
                new ArrayList<>(List.of(
                        "dockerd",
                        "--data-root", folder.resolve("data").toString(),
                        "--exec-root", folder.resolve("exec").toString(),
                        "--pidfile", folder.resolve("dockerd.pid").toString(),
                        "-H", "unix://" + socket(folder))));
    }
}
