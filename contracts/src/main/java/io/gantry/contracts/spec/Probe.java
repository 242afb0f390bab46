package io.gantry.contracts.spec;

import java.time.Duration;
import java.util.List;

/**
 * A question the agent asks a running container again and again. One of three kinds:
 *
 * <ul>
 *   <li>{@code HTTP}: GET {@code http://<container>:port/path} answers 200 to 399;
 *   <li>{@code TCP}: a connection to {@code port} is accepted;
 *   <li>{@code COMMAND}: {@code command}, run inside, exits 0.
 * </ul>
 *
 * @param interval between two questions; 1 s by default
 * @param timeout for one answer; 1 s by default
 * @param failures so many bad answers in a row make it not ready; 3 by default
 */
public record Probe(
        Kind kind, Integer port, String path, List<String> command, Duration interval, Duration timeout, Integer failures) {
    public enum Kind {
        HTTP,
        TCP,
        COMMAND
    }

    public Probe {
        if (kind == null) {
            throw new IllegalArgumentException("readiness.kind is missing: HTTP, TCP or COMMAND");
        }
        if (kind != Kind.COMMAND && (port == null || port < 1 || port > 65_535)) {
            throw new IllegalArgumentException("readiness.port is 1 to 65535 for " + kind + ", got " + port);
        }
        if (kind == Kind.COMMAND && (command == null || command.isEmpty())) {
            throw new IllegalArgumentException("readiness.command is missing");
        }
        path = path == null ? "/" : path;
        interval = interval == null ? Duration.ofSeconds(1) : interval;
        timeout = timeout == null ? Duration.ofSeconds(1) : timeout;
        failures = failures == null ? 3 : failures;
    }

    public static Probe http(int port, String path) {
        return new Probe(Kind.HTTP, port, path, null, null, null, null);
    }

    public static Probe tcp(int port) {
        return new Probe(Kind.TCP, port, null, null, null, null, null);
    }
}
