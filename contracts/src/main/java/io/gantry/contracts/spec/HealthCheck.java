package io.gantry.contracts.spec;

import io.gantry.contracts.problem.BadField;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What the agent asks a running container for its health, and what follows from a bad answer. What is {@code null} is taken from the image's own
 * check, and then by default. Kinds:
 *
 * <ul>
 *   <li>{@code COMMAND}: {@code command}, run inside, exits 0;
 *   <li>{@code HTTP}: GET {@code http://<container>:port/path} answers 200 to 399;
 *   <li>{@code TCP}: a connection to {@code port} is accepted;
 *   <li>{@code GRPC}: {@code grpc.health.v1.Health/Check} of {@code service} on {@code port}, HTTP/2 without TLS, answers SERVING;
 *   <li>{@code NONE}: nothing is asked, whatever the image says.
 * </ul>
 *
 * @param kind {@code null}: the image's check, with what is said here over it
 * @param path {@code /} by default
 * @param service {@code ""} by default: the server as a whole
 * @param interval between two questions, 10 ms to 24 h; 30 s by default
 * @param timeout for one answer, 10 ms to 1 h; 30 s by default
 * @param retries so many bad answers in a row make it unhealthy, 1 to 1000; 3 by default
 * @param startPeriod after its start bad answers don't count for so long, until the first good one; none by default, at most 24 h
 * @param startInterval the interval within {@code startPeriod}; 5 s by default
 * @param onUnhealthy what the agent does then; nothing by default
 */
public record HealthCheck(
        Kind kind,
        List<String> command,
        Integer port,
        String path,
        String service,
        Duration interval,
        Duration timeout,
        Integer retries,
        Duration startPeriod,
        Duration startInterval,
        OnUnhealthy onUnhealthy) {
    public enum Kind {
        NONE,
        COMMAND,
        HTTP,
        TCP,
        GRPC
    }

    public enum OnUnhealthy {
        /** It is only told. */
        NONE,
        /** It is stopped and started again, after the back-off of its restart policy, whatever that policy's mode is. */
        RESTART,
        /** It is stopped, and stays so. */
        STOP
    }

    private static final Duration SHORTEST = Duration.ofMillis(10);
    private static final Duration LONGEST = Duration.ofHours(24);
    private static final Duration LONGEST_ANSWER = Duration.ofHours(1);
    private static final Duration USUAL = Duration.ofSeconds(30);
    private static final Duration USUAL_START = Duration.ofSeconds(5);
    private static final int USUAL_RETRIES = 3;
    private static final int MOST_RETRIES = 1000;
    private static final Pattern PATH = Pattern.compile("/[!-\"$-~]{0,2047}");
    private static final Pattern SERVICE = Pattern.compile("[\\w.-]{0,255}");

    public HealthCheck {
        command = Check.words("command", command);
        if (kind == Kind.COMMAND && (command == null || command.isEmpty())) {
            throw new BadField("command", "command is missing", "write for example [\"test\", \"-e\", \"/run/healthy\"]");
        }
        boolean asked = kind == Kind.HTTP || kind == Kind.TCP || kind == Kind.GRPC;
        if (asked && (port == null || port < 1 || port > 65_535)) {
            throw new BadField("port", "port is 1 to 65535 for " + kind + ", got " + port);
        }
        if (path != null && !PATH.matcher(path).matches()) {
            throw new BadField("path", "path begins with / and has neither spaces nor control characters, got '" + path + "'", "write for example /health");
        }
        if (service != null && !SERVICE.matcher(service).matches()) {
            throw new BadField("service", "service is a gRPC service's name, got '" + service + "'", "write for example shop.Orders");
        }
        checked("interval", interval, SHORTEST, LONGEST);
        checked("timeout", timeout, SHORTEST, LONGEST_ANSWER);
        checked("startPeriod", startPeriod, Duration.ZERO, LONGEST);
        checked("startInterval", startInterval, SHORTEST, LONGEST);
        if (retries != null) {
            Check.within("retries", retries, 1, MOST_RETRIES);
        }
    }

    public static HealthCheck command(String... command) {
        return of(Kind.COMMAND, List.of(command), null, null);
    }

    public static HealthCheck http(int port, String path) {
        return of(Kind.HTTP, null, port, path);
    }

    public static HealthCheck on(Kind kind, int port) {
        return of(kind, null, port, null);
    }

    private static HealthCheck of(Kind kind, List<String> command, Integer port, String path) {
        return new HealthCheck(kind, command, port, path, null, null, null, null, null, null, null);
    }

    public HealthCheck at(Duration newInterval, Duration newTimeout, Integer newRetries) {
        return new HealthCheck(kind, command, port, path, service, newInterval, newTimeout, newRetries, startPeriod, startInterval, onUnhealthy);
    }

    public HealthCheck starting(Duration newPeriod, Duration newInterval) {
        return new HealthCheck(kind, command, port, path, service, interval, timeout, retries, newPeriod, newInterval, onUnhealthy);
    }

    public HealthCheck then(OnUnhealthy action) {
        return new HealthCheck(kind, command, port, path, service, interval, timeout, retries, startPeriod, startInterval, action);
    }

    /**
     * What is asked in fact, with every default filled in; empty for nothing.
     *
     * @param own the container's, or {@code null}
     * @param image its image's, or {@code null}
     */
    public static Optional<HealthCheck> effective(HealthCheck own, HealthCheck image) {
        HealthCheck what = own == null || own.kind == null ? image : own;
        if (what == null || what.kind == null || what.kind == Kind.NONE) {
            return Optional.empty();
        }
        HealthCheck how = own == null ? what : own;
        return Optional.of(new HealthCheck(
                what.kind, what.command, what.port, what.path == null ? "/" : what.path, what.service == null ? "" : what.service,
                first(how.interval, what.interval, USUAL), first(how.timeout, what.timeout, USUAL),
                first(how.retries, what.retries, USUAL_RETRIES), first(how.startPeriod, what.startPeriod, Duration.ZERO),
                first(how.startInterval, what.startInterval, USUAL_START), first(how.onUnhealthy, what.onUnhealthy, OnUnhealthy.NONE)));
    }

    private static <T> T first(T own, T image, T usual) {
        return own != null ? own : image != null ? image : usual;
    }

    private static void checked(String field, Duration value, Duration least, Duration most) {
        if (value != null) {
            Check.within(field, value, least, most);
        }
    }
}
