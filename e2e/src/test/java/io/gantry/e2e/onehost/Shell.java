package io.gantry.e2e.onehost;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What a person types into bash, with an environment of its own and an empty standard input. */
record Shell(Map<String, String> environment) {
    private static final long DEADLINE_SECONDS = 90;

    record Result(int code, String out, String err) {}

    Result run(String command) {
        try {
            Path out = Files.createTempFile("out", "");
            Path err = Files.createTempFile("err", "");
            ProcessBuilder builder = new ProcessBuilder("bash", "-o", "pipefail", "-c", command);
            builder.environment().putAll(environment);
            Process process = builder.redirectInput(Path.of("/dev/null").toFile()).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
            if (!process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                throw new AssertionError(command + " did not end in " + DEADLINE_SECONDS + " s: " + text(out) + text(err));
            }
            return new Result(process.exitValue(), text(out), text(err));
        } catch (IOException e) {
            throw new AssertionError(command, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(command, e);
        }
    }

    /** Its standard output; it must end with 0. */
    String must(String command) {
        Result result = run(command);
        if (result.code() != 0) {
            throw new AssertionError(command + " ended with " + result.code() + ": " + result.out() + result.err());
        }
        return result.out();
    }

    private static String text(Path file) throws IOException {
        String text = Files.readString(file, StandardCharsets.UTF_8);
        Files.delete(file);
        return text;
    }
}
