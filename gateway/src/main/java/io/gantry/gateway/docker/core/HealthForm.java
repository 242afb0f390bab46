package io.gantry.gateway.docker.core;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.spec.HealthCheck;
import io.gantry.contracts.state.Observed;
import io.gantry.contracts.view.ContainerView;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Health checks in Docker's fields: {@code Healthcheck} of a create and of an inspect, and {@code State.Health}. */
public final class HealthForm {
    private static final List<String> SHELL = List.of("/bin/sh", "-c");

    private HealthForm() {}

    /** {@code null} where nothing is said: the image's own then. */
    static HealthCheck read(Fields json) {
        List<String> test = json.texts("Test");
        Duration interval = time(json, "Interval");
        Duration timeout = time(json, "Timeout");
        Duration startPeriod = time(json, "StartPeriod");
        Duration startInterval = time(json, "StartInterval");
        int retries = (int) json.whole("Retries", 0, Integer.MAX_VALUE);
        if (test == null && interval == null && timeout == null && startPeriod == null && startInterval == null && retries == 0) {
            return null;
        }
        HealthCheck.Kind kind = test == null ? null : test.getFirst().equals("NONE") ? HealthCheck.Kind.NONE : HealthCheck.Kind.COMMAND;
        return new HealthCheck(
                kind, kind == HealthCheck.Kind.COMMAND ? command(test) : null, null, null, null, interval, timeout, retries == 0 ? null : retries, startPeriod,
                startInterval, null);
    }

    private static List<String> command(List<String> test) {
        return switch (test.getFirst()) {
            case "CMD" -> test.subList(1, test.size());
            case "CMD-SHELL" -> {
                if (test.size() != 2) {
                    throw new DockerRefusal(400, "Healthcheck.Test: CMD-SHELL is followed by one string");
                }
                yield List.of(SHELL.get(0), SHELL.get(1), test.get(1));
            }
            default -> throw new DockerRefusal(400, "Unknown type '" + test.getFirst() + "' in Healthcheck.Test; there are NONE, CMD and CMD-SHELL");
        };
    }

    private static Duration time(Fields json, String name) {
        long nanos = json.whole(name, 0, Long.MAX_VALUE);
        return nanos == 0 ? null : Duration.ofNanos(nanos);
    }

    /** What is asked in fact. */
    static Optional<ObjectNode> config(ContainerView container) {
        HealthCheck image = container.imageConfig() == null ? null : container.imageConfig().health();
        return HealthCheck.effective(container.spec().health(), image).map(HealthForm::form);
    }

    /** What an image says of its containers. */
    static Optional<ObjectNode> config(HealthCheck image) {
        return HealthCheck.effective(null, image).map(HealthForm::form);
    }

    /** As it was said, and no more: who sends it back changes nothing. Empty for kinds that Docker hasn't got. */
    static Optional<ObjectNode> said(HealthCheck check) {
        if (check == null || check.kind() != null && check.kind() != HealthCheck.Kind.COMMAND && check.kind() != HealthCheck.Kind.NONE) {
            return Optional.empty();
        }
        ObjectNode json = Json.mapper().createObjectNode();
        if (check.kind() != null) {
            test(check).forEach(json.putArray("Test")::add);
        }
        put(json, "Interval", check.interval());
        put(json, "Timeout", check.timeout());
        put(json, "StartPeriod", check.startPeriod());
        put(json, "StartInterval", check.startInterval());
        if (check.retries() != null) {
            json.put("Retries", check.retries());
        }
        return Optional.of(json);
    }

    private static void put(ObjectNode json, String name, Duration time) {
        if (time != null) {
            json.put(name, time.toNanos());
        }
    }

    private static ObjectNode form(HealthCheck check) {
        ObjectNode json = Json.mapper().createObjectNode();
        test(check).forEach(json.putArray("Test")::add);
        json.put("Interval", check.interval().toNanos()).put("Timeout", check.timeout().toNanos()).put("Retries", check.retries());
        return json.put("StartPeriod", check.startPeriod().toNanos()).put("StartInterval", check.startInterval().toNanos());
    }

    private static List<String> test(HealthCheck check) {
        return switch (check.kind()) {
            case COMMAND -> {
                List<String> command = check.command();
                boolean shell = command.size() == 3 && command.subList(0, 2).equals(SHELL);
                yield shell ? List.of("CMD-SHELL", command.get(2)) : with("CMD", command);
            }
            // kinds of ours, in words
            case HTTP -> List.of("HTTP", check.port() + check.path());
            case TCP -> List.of("TCP", String.valueOf(check.port()));
            case GRPC -> List.of("GRPC", check.port() + "/" + check.service());
            case NONE -> List.of("NONE");
        };
    }

    private static List<String> with(String first, List<String> rest) {
        List<String> all = new java.util.ArrayList<>(List.of(first));
        all.addAll(rest);
        return all;
    }

    /** The log holds the latest answer that changed something. */
    static ObjectNode state(Observed.Health health) {
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("Status", word(health)).put("FailingStreak", health.failingStreak());
        var log = json.putArray("Log");
        if (health.at() != null) {
            log.addObject().put("Start", health.at().toString()).put("End", health.at().toString()).put("ExitCode", health.exitCode()).put("Output", health.output());
        }
        return json;
    }

    /** {@code none} without a check, as Docker's filter has it. */
    static String word(Observed.Health health) {
        return health == null ? "none" : health.status().name().toLowerCase(Locale.ROOT);
    }
}
