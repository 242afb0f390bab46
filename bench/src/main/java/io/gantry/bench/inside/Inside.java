package io.gantry.bench.inside;

import io.gantry.bench.peer.Command;
import io.gantry.bench.peer.Engines;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Starts the same image in Gantry and in the engines that are installed, each by Docker's own client, and asks it what it is told. */
public final class Inside {
    private Inside() {}

    /**
     * @param socket of the running Gantry for Docker's clients
     * @param image that it has
     * @param rootfs what is in that image, for the others
     */
    public static Comparison compare(Path socket, String image, Path folder, Path rootfs) throws Exception {
        String script = script();
        Map<String, Facts> byEngine = new LinkedHashMap<>();
        byEngine.put("gantry", Facts.parse(Command.run("docker", "-H", "unix://" + socket, "run", "--rm", image, "sh", "-c", script)));
        try (Engines engines = Engines.installed(folder, rootfs)) {
            engines.run("sh", "-c", script).forEach((engine, printed) -> byEngine.put(engine, Facts.parse(printed)));
        }
        return Comparison.of(byEngine);
    }

    private static String script() throws IOException {
        try (InputStream script = Inside.class.getResourceAsStream("facts.sh")) {
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
