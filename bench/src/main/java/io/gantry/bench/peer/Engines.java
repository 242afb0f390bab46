package io.gantry.bench.peer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The engines that are installed here, all running, by name; Docker's first. */
public final class Engines implements AutoCloseable {
    private final Map<String, Engine> running = new LinkedHashMap<>();

    /** Starts them; when one can't be started, none is left. */
    public static Engines installed(Path folder, Path rootfs) throws Exception {
        Engines engines = docker(folder, rootfs);
        try {
            if (Command.installed("podman")) {
                engines.add("podman", new Podman(folder.resolve("podman")), rootfs);
            }
            return engines;
        } catch (IOException | InterruptedException | RuntimeException e) {
            engines.close();
            throw e;
        }
    }

    /** Docker's alone, if it is installed. */
    public static Engines docker(Path folder, Path rootfs) throws Exception {
        Engines engines = new Engines();
        try {
            if (Command.installed("dockerd")) {
                engines.add("dockerd", new Dockerd(folder.resolve("dockerd")), rootfs);
            }
            return engines;
        } catch (IOException | InterruptedException | RuntimeException e) {
            engines.close();
            throw e;
        }
    }

    /** Where that one listens, if it runs. */
    public Optional<Path> socket(String name) {
        return Optional.ofNullable(running.get(name)).map(engine -> engine.socket);
    }

    /** Their names, Docker's first. */
    public List<String> names() {
        return List.copyOf(running.keySet());
    }

    /** What stands before a command that is to meet that one on loopback. */
    public List<String> inside(String name) {
        return running.get(name).inside();
    }

    private void add(String name, Engine engine, Path rootfs) throws IOException, InterruptedException {
        running.put(name, engine);
        engine.start();
        engine.importImage(rootfs);
    }

    /** Milliseconds of one container on each, in turn. */
    public Map<String, Double> createAndStart() throws IOException {
        Map<String, Double> millis = new LinkedHashMap<>();
        for (Map.Entry<String, Engine> engine : running.entrySet()) {
            millis.put(engine.getKey(), engine.getValue().createAndStart());
        }
        return millis;
    }

    /** What the command prints in a new container of each, by name. */
    public Map<String, String> run(String... command) throws IOException, InterruptedException {
        Map<String, String> printed = new LinkedHashMap<>();
        for (Map.Entry<String, Engine> engine : running.entrySet()) {
            printed.put(engine.getKey(), engine.getValue().run(command));
        }
        return printed;
    }

    @Override
    public void close() throws IOException, InterruptedException {
        for (Engine engine : running.values()) {
            engine.close();
        }
    }
}
