package io.gantry.gateway.docker.core;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** The {@code filters} of {@code docker events}. Values of one key are alternatives, but labels must all be there. */
public final class EventFilters {
    /** Nothing is told here of configs, the daemon, plugins and secrets. */
    private static final Set<String> KNOWN = Set.of(
            "type", "event", "container", "image", "label", "network", "volume", "scope", "config", "daemon", "node", "plugin", "secret", "service");
    private final Map<String, List<String>> wanted;

    private EventFilters(Map<String, List<String>> wanted) {
        this.wanted = wanted;
    }

    /** @param text may be {@code null} */
    public static EventFilters parse(String text) {
        Map<String, List<String>> wanted = ListFilters.entries(text);
        ListFilters.check(wanted, KNOWN);
        return new EventFilters(wanted);
    }

    /** Whether it may be wanted, by what is known of it before its container has been asked for. */
    public boolean mayWant(DockerEvent event) {
        return matches("type", event) && matches("event", event) && matches("scope", event);
    }

    public boolean wants(DockerEvent event) {
        return wanted.keySet().stream().allMatch(key -> matches(key, event));
    }

    private boolean matches(String key, DockerEvent event) {
        List<String> values = wanted.getOrDefault(key, List.of());
        return key.equals("label")
                ? values.stream().allMatch(value -> label(event, value))
                : values.isEmpty() || values.stream().anyMatch(value -> matches(key, value, event));
    }

    private static boolean matches(String key, String value, DockerEvent event) {
        return switch (key) {
            case "type" -> event.type().equals(value);
            // exec_start stands for "exec_start: ls", health_status for any of them
            case "event" -> event.action().equals(value) || event.action().startsWith(value + ":");
            case "scope" -> event.scope().equals(value);
            case "image" -> event.ofContainer()
                    ? image(event.attributes().get("image"), value)
                    : event.type().equals(key) && (event.id().startsWith(value) || image(event.id(), value) || image(event.attributes().get("name"), value));
            default -> event.type().equals(key) && (event.id().startsWith(value) || value.equals(event.attributes().get("name")));
        };
    }

    private static boolean image(String name, String wanted) {
        return name != null && (name.equals(wanted) || name.startsWith(wanted + ":") && name.indexOf('/', wanted.length()) < 0);
    }

    private static boolean label(DockerEvent event, String wanted) {
        int equals = wanted.indexOf('=');
        String value = event.attributes().get(equals < 0 ? wanted : wanted.substring(0, equals));
        return (event.ofContainer() || event.type().equals(DockerEvent.IMAGE)) && value != null && (equals < 0 || value.equals(wanted.substring(equals + 1)));
    }
}
