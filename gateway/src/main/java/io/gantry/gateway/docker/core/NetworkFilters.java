package io.gantry.gateway.docker.core;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The {@code filters} of {@code docker network ls}, on networks in Docker's form. */
public final class NetworkFilters {
    private static final Set<String> KNOWN = Set.of("name", "id", "driver", "scope", "type", "label", "dangling");
    private final Map<String, List<String>> wanted;

    private NetworkFilters(Map<String, List<String>> wanted) {
        this.wanted = wanted;
    }

    /** @param text may be {@code null} */
    public static NetworkFilters parse(String text) {
        Map<String, List<String>> wanted = ListFilters.entries(text);
        ListFilters.check(wanted, KNOWN);
        wanted.getOrDefault("type", List.of()).stream().filter(type -> !Set.of("builtin", "custom").contains(type)).findFirst().ifPresent(type -> {
            throw new DockerRefusal(400, "invalid filter: 'type'='" + type + "'");
        });
        ListFilters.flag(wanted, "dangling");
        return new NetworkFilters(wanted);
    }

    /** Whether it matters who is on a network. */
    public boolean asksForUse() {
        return wanted.containsKey("dangling");
    }

    /** @param used somebody is on it; of no account unless {@link #asksForUse} */
    public boolean wants(JsonNode network, boolean used) {
        return wanted.entrySet().stream().allMatch(filter -> filter.getKey().equals("label")
                ? filter.getValue().stream().allMatch(label -> ListFilters.labelled(labels(network), label))
                : filter.getValue().isEmpty() || filter.getValue().stream().anyMatch(value -> matches(network, used, filter.getKey(), value)));
    }

    private boolean matches(JsonNode network, boolean used, String key, String value) {
        String name = network.path("Name").asText();
        return switch (key) {
            case "name" -> ListFilters.found(name, value);
            case "id" -> network.path("Id").asText().startsWith(value);
            case "driver" -> network.path("Driver").asText().equals(value);
            case "scope" -> network.path("Scope").asText().equals(value);
            case "type" -> value.equals("builtin") == NetworkForms.predefined(name);
            case "dangling" -> ListFilters.flag(wanted, key).orElseThrow() != (used || NetworkForms.predefined(name));
            default -> throw new DockerRefusal(400, "invalid filter '" + key + "'");
        };
    }

    private static Map<String, String> labels(JsonNode network) {
        Map<String, String> labels = new HashMap<>();
        network.path("Labels").properties().forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        return labels;
    }
}
