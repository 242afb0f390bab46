package io.gantry.image.registry.core;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.spec.HealthCheck;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** {@code Healthcheck} of an image's configuration (Docker image specification v1.2); times in nanoseconds, 0 is the default. */
final class HealthcheckDocument {
    private HealthcheckDocument() {}

    /** {@code null} for none; one that can't be followed counts as none: an image is not refused for it. */
    static HealthCheck read(JsonNode json) {
        List<String> test = new ArrayList<>();
        json.path("Test").forEach(word -> test.add(word.asText()));
        if (test.isEmpty()) {
            return null;
        }
        List<String> words = test.subList(1, test.size());
        try {
            return switch (test.getFirst()) {
                case "CMD" -> check(json, words);
                case "CMD-SHELL" -> check(json, List.of("/bin/sh", "-c", words.getFirst()));
                default -> null;
            };
        } catch (BadField | java.util.NoSuchElementException e) {
            return null;
        }
    }

    private static HealthCheck check(JsonNode json, List<String> command) {
        int retries = json.path("Retries").asInt();
        return new HealthCheck(
                HealthCheck.Kind.COMMAND, command, null, null, null, time(json, "Interval"), time(json, "Timeout"), retries == 0 ? null : retries,
                time(json, "StartPeriod"), time(json, "StartInterval"), null);
    }

    private static Duration time(JsonNode json, String name) {
        long nanos = json.path(name).asLong();
        return nanos == 0 ? null : Duration.ofNanos(nanos);
    }
}
