package io.gantry.e2e.observe;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Runs programs, with an environment of their own. */
public final class Commands {
    private static final Duration DEADLINE = Duration.ofMinutes(5);
    private final Map<String, String> environment;

    public Commands(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    /** @return what it printed, both streams, without the last line's end */
    public String run(String... command) {
        StringBuilder output = new StringBuilder();
        stream(line -> output.append(line).append('\n'), null, command);
        return output.toString().stripTrailing();
    }

    /**
     * @param line gets each line as it comes
     * @param folder where it runs, {@code null}: here
     */
    public void stream(Consumer<String> line, Path folder, String... command) {
        Map<String, String> tail = new LinkedHashMap<>();
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().putAll(environment);
            Process process = builder.directory(folder == null ? null : folder.toFile()).start();
            process.getOutputStream().close();
            try (BufferedReader output = process.inputReader()) {
                for (String text = output.readLine(); text != null; text = output.readLine()) {
                    tail.put("last", text);
                    line.accept(text);
                }
            }
            if (!process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new StepFailed(String.join(" ", command) + " did not end in " + DEADLINE.toMinutes() + " min");
            }
            if (process.exitValue() != 0) {
                throw new StepFailed(
                        String.join(" ", List.of(command)) + " ended with " + process.exitValue() + ": " + tail.getOrDefault("last", "no output"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StepFailed("interrupted", e);
        }
    }
}
