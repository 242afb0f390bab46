package io.gantry.contracts.spec;

import io.gantry.contracts.problem.BadField;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A question the agent asks a running container again and again. One of three kinds:
 *
 * <ul>
 *   <li>{@code HTTP}: GET {@code http://<container>:port/path} answers 200 to 399;
 *   <li>{@code TCP}: a connection to {@code port} is accepted;
 *   <li>{@code COMMAND}: {@code command}, run inside, exits 0.
 * </ul>
 *
 * @param interval between two questions, 10 ms to 1 h; 1 s by default
 * @param timeout for one answer, 10 ms to 1 h; 1 s by default
 * @param failures so many bad answers in a row make it not ready, 1 to 1000; 3 by default
 */
public record Probe(
        Kind kind, Integer port, String path, List<String> command, Duration interval, Duration timeout, Integer failures) {
    public enum Kind {
        HTTP,
        TCP,
        COMMAND
    }

    private static final Duration SHORTEST = Duration.ofMillis(10);
    private static final Duration LONGEST = Duration.ofHours(1);
    private static final int MOST_FAILURES = 1000;

    /** What a request line takes (RFC 9112, section 3.2): visible ASCII, and no fragment. */
    private static final Pattern PATH = Pattern.compile("/[!-\"$-~]{0,2047}");

    public Probe {
        if (kind == null) {
            throw new BadField("kind", "kind is missing: HTTP, TCP or COMMAND");
        }
        if (kind != Kind.COMMAND && (port == null || port < 1 || port > 65_535)) {
            throw new BadField("port", "port is 1 to 65535 for " + kind + ", got " + port);
        }
        if (kind == Kind.COMMAND && (command == null || command.isEmpty())) {
            throw new BadField("command", "command is missing", "write for example [\"test\", \"-e\", \"/run/ready\"]");
        }
        command = Check.words("command", command);
        path = path == null ? "/" : path;
        if (!PATH.matcher(path).matches()) {
            throw new BadField("path", "path begins with / and has neither spaces nor control characters, got '" + path + "'", "write for example /health");
        }
        interval = interval == null ? Duration.ofSeconds(1) : Check.within("interval", interval, SHORTEST, LONGEST);
        timeout = timeout == null ? Duration.ofSeconds(1) : Check.within("timeout", timeout, SHORTEST, LONGEST);
        failures = failures == null ? 3 : Check.within("failures", failures, 1, MOST_FAILURES);
    }

    public static Probe http(int port, String path) {
        return new Probe(Kind.HTTP, port, path, null, null, null, null);
    }

    public static Probe tcp(int port) {
        return new Probe(Kind.TCP, port, null, null, null, null, null);
    }
}
