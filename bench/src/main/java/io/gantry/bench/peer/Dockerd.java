package io.gantry.bench.peer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Debian's Docker engine. */
final class Dockerd extends Engine {
    Dockerd(Path folder) throws IOException {
        super(folder);
    }

    @Override
    ProcessBuilder command() {
        return new ProcessBuilder(
                new ArrayList<>(List.of(
                        "dockerd",
                        "--data-root", folder.resolve("data").toString(),
                        "--exec-root", folder.resolve("exec").toString(),
                        "--pidfile", folder.resolve("dockerd.pid").toString(),
                        "-H", "unix://" + socket)));
    }
}
