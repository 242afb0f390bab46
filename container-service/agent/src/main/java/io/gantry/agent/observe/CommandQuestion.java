package io.gantry.agent.observe;

import io.gantry.agent.runtime.ContainerRuntime;
import io.gantry.agent.runtime.ExecSession;
import io.gantry.agent.runtime.StartFailure;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.ExecSpec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Asks by running a command inside: its exit code is the answer. One that takes too long is killed. */
final class CommandQuestion {
    private final ContainerRuntime runtime;

    CommandQuestion(ContainerRuntime runtime) {
        this.runtime = runtime;
    }

    Answer ask(ContainerId id, List<String> command, Duration timeout) throws StartFailure, InterruptedException {
        ExecSpec spec = new ExecSpec(command, Map.of(), null, null, false, false);
        try (ExecSession session = runtime.exec(id, spec)) {
            StringBuffer output = new StringBuffer();
            CompletableFuture<Void> read = CompletableFuture.allOf(keep(session.stdout(), output), keep(session.stderr(), output));
            CompletableFuture<Integer> exit = new CompletableFuture<>();
            Thread.ofPlatform().daemon().start(() -> waitFor(session, exit));
            Integer code = exit.completeOnTimeout(null, timeout.toMillis(), TimeUnit.MILLISECONDS).join();
            if (code == null) {
                session.kill();
                return ProbeQuestions.late(timeout);
            }
            read.join();
            return new Answer(code == 0, code, output.toString());
        }
    }

    private static void waitFor(ExecSession session, CompletableFuture<Integer> exit) {
        try {
            exit.complete(session.waitForExit());
        } catch (InterruptedException e) {
            exit.complete(null);
        }
    }

    /** Reads to the end, so that the command is never held up, and keeps the beginning. */
    private static CompletableFuture<Void> keep(InputStream from, StringBuffer output) {
        CompletableFuture<Void> ended = new CompletableFuture<>();
        Thread.startVirtualThread(() -> {
            byte[] chunk = new byte[8192];
            try {
                for (int n = from.read(chunk); n >= 0; n = from.read(chunk)) {
                    if (output.length() < Answer.MOST) {
                        output.append(new String(chunk, 0, n, StandardCharsets.UTF_8));
                    }
                }
            } catch (IOException e) {
                // the session was closed
            } finally {
                ended.complete(null);
            }
        });
        return ended;
    }
}
