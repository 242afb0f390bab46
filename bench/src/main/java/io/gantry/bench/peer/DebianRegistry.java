package io.gantry.bench.peer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Debian's docker-registry on a port of loopback, for everybody there, with its blobs in a folder that several may share. */
public final class DebianRegistry implements AutoCloseable {
    /** Inside an engine's network namespace, where nobody else listens. */
    public static final int PORT = 5000;
    private final Process process;
    private final List<String> inside;
    private final int port;

    /**
     * @param inside what stands before its command, as of {@link Engines#inside}; nothing for this host's own loopback
     * @param folder its own
     */
    public DebianRegistry(List<String> inside, int port, Path folder, Path store) throws IOException, InterruptedException {
        this.inside = inside;
        this.port = port;
        Files.createDirectories(folder);
        Path settings = Files.writeString(folder.resolve("registry.yml"), """
                version: 0.1
                log: {level: error, accesslog: {disabled: true}}
                storage: {filesystem: {rootdirectory: %s}, delete: {enabled: true}}
                http: {addr: "127.0.0.1:%d", secret: any}
                """.formatted(store, port));
        List<String> command = new ArrayList<>(inside);
        command.addAll(List.of(program().orElseThrow().toString(), "serve", settings.toString()));
        process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(folder.resolve("log").toFile()).start();
        awaitAnswer(folder.resolve("log"));
    }

    /** Where it is, if it is: on PATH, or where {@code ./gantry test} puts Debian's. */
    public static Optional<Path> program() {
        return Stream.concat(Arrays.stream(System.getenv("PATH").split(":")).map(Path::of), Stream.of(Path.of(System.getenv("GANTRY_ROOT"), ".gantry/tools")))
                .map(folder -> folder.resolve("docker-registry"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** {@code 127.0.0.1:5000} */
    public String host() {
        return "127.0.0.1:" + port;
    }

    private void awaitAnswer(Path log) throws IOException, InterruptedException {
        List<String> asked = new ArrayList<>(inside);
        asked.addAll(List.of("curl", "-sf", "--retry", "50", "--retry-connrefused", "--retry-delay", "1", "http://" + host() + "/v2/"));
        try {
            Command.run(asked.toArray(String[]::new));
        } catch (IOException e) {
            close();
            throw new IOException("docker-registry: " + Files.readString(log), e);
        }
    }

    @Override
    public void close() {
        process.destroy();
    }
}
