package io.gantry.cli.container;

import io.gantry.contracts.spec.HealthCheck;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** How a container is asked for its health, and what follows. */
final class HealthOptions {

    @Option(names = "--health-cmd", description = "a shell command that exits 0 while the container is healthy")
    private String command;

    @Option(names = "--health-http", description = "port/path that answers 200 to 399 while it is healthy: 80/health")
    private String http;

    @Option(names = "--health-tcp", description = "port that accepts connections while it is healthy")
    private Integer tcp;

    @Option(names = "--health-grpc", description = "port[/service] whose grpc.health.v1 answers SERVING while it is healthy")
    private String grpc;

    @Option(names = "--no-healthcheck", description = "leave out the image's check")
    private boolean none;

    @Option(names = "--health-interval", description = "between two questions: 30s")
    private String interval;

    @Option(names = "--health-timeout", description = "for one answer: 30s")
    private String timeout;

    @Option(names = "--health-retries", description = "so many bad answers in a row make it unhealthy: 3")
    private Integer retries;

    @Option(names = "--health-start-period", description = "bad answers don't count for so long after its start: 0s")
    private String startPeriod;

    @Option(names = "--health-start-interval", description = "the interval within the start period: 5s")
    private String startInterval;

    @Option(names = "--on-unhealthy", description = "none, restart or stop")
    private String action;

    /** {@code null} where nothing is said. */
    HealthCheck check() {
        HealthCheck what = what();
        HealthCheck check = new HealthCheck(
                what == null ? null : what.kind(), what == null ? null : what.command(), what == null ? null : what.port(), what == null ? null : what.path(),
                what == null ? null : what.service(), DurationText.parse("--health-interval", interval), DurationText.parse("--health-timeout", timeout), retries,
                DurationText.parse("--health-start-period", startPeriod), DurationText.parse("--health-start-interval", startInterval), action());
        boolean said = Stream.of(what, interval, timeout, retries, startPeriod, startInterval, action).anyMatch(Objects::nonNull);
        return said ? check : null;
    }

    private HealthCheck what() {
        long kinds = Stream.of(command, http, tcp, grpc).filter(Objects::nonNull).count() + (none ? 1 : 0);
        if (kinds > 1) {
            throw new IllegalArgumentException("--health-cmd, --health-http, --health-tcp, --health-grpc and --no-healthcheck: one of them only");
        }
        if (command != null) {
            return HealthCheck.command("/bin/sh", "-c", command);
        }
        if (http != null) {
            return HealthCheck.http(port("--health-http", http), http.contains("/") ? http.substring(http.indexOf('/')) : "/");
        }
        if (tcp != null) {
            return HealthCheck.on(HealthCheck.Kind.TCP, tcp);
        }
        if (grpc != null) {
            String service = grpc.contains("/") ? grpc.substring(grpc.indexOf('/') + 1) : null;
            return new HealthCheck(HealthCheck.Kind.GRPC, null, port("--health-grpc", grpc), null, service, null, null, null, null, null, null);
        }
        return none ? new HealthCheck(HealthCheck.Kind.NONE, null, null, null, null, null, null, null, null, null, null) : null;
    }

    private HealthCheck.OnUnhealthy action() {
        if (action == null) {
            return null;
        }
        if (!List.of("none", "restart", "stop").contains(action)) {
            throw new IllegalArgumentException("--on-unhealthy " + action + " is none of none, restart, stop");
        }
        return HealthCheck.OnUnhealthy.valueOf(action.toUpperCase(Locale.ROOT));
    }

    private static int port(String option, String text) {
        String port = text.split("/", 2)[0];
        if (!port.matches("\\d{1,5}")) {
            throw new IllegalArgumentException(option + " " + text + " does not begin with a port");
        }
        return Integer.parseInt(port);
    }
}
