package io.gantry.agent.volume;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Programs of the host, for what happens once in a volume's life. */
final class Programs {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** For the last of its words, once it has ended: what it has started itself may hold its output open. */
    private static final long WORDS_MILLIS = 1000;

    private Programs() {}

    /** @throws IOException with what it said, unless it ends with 0 */
    static void run(String... command) throws IOException {
        run(PATIENCE, command);
    }

    static void run(Duration patience, String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        // aside: its output may stay open for as long as it hangs
        FutureTask<String> said = new FutureTask<>(() -> new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip());
        Thread.ofPlatform().daemon().name("words of " + command[0]).start(said);
        try {
            if (!process.waitFor(patience)) {
                throw new IOException("%s isn't done after %d ms".formatted(String.join(" ", command), patience.toMillis()));
            }
            if (process.exitValue() != 0) {
                throw new IOException(String.join(" ", command) + " ended with " + process.exitValue() + ": " + words(said));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        } finally {
            process.destroyForcibly();
        }
    }

    private static String words(FutureTask<String> said) throws InterruptedException {
        try {
            return said.get(WORDS_MILLIS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            return "(what it said can't be read)";
        }
    }
}
