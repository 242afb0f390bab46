package io.gantry.gateway.docker.core;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What is told of containers beside their events, learnt from the events themselves where they say it. One for each client. */
public final class Descriptions {
    private static final String NAME = "name";
    private final Map<String, Map<String, String>> known;

    /** @param known of containers that are there, by id: one that is removed can't be asked for any more */
    public Descriptions(Map<String, Map<String, String>> known) {
        this.known = new HashMap<>(known);
    }

    /** Whether its container must be asked for before it can be told as a whole. */
    public boolean lacks(DockerEvent event) {
        return event.ofContainer() && !event.action().equals("create") && !event.id().isEmpty() && !known.containsKey(event.id());
    }

    /** @param description empty for one that isn't there any more */
    public void learn(String id, Map<String, String> description) {
        known.put(id, description);
    }

    /** In the order in which they happened. */
    public DockerEvent complete(DockerEvent event) {
        if (!event.ofContainer()) {
            return event;
        }
        return switch (event.action()) {
            case "create" -> {
                known.put(event.id(), event.attributes());
                yield event;
            }
            case "rename" -> renamed(event);
            case "destroy" -> described(event, known.remove(event.id()));
            default -> described(event, known.get(event.id()));
        };
    }

    private DockerEvent renamed(DockerEvent event) {
        Map<String, String> before = known.getOrDefault(event.id(), Map.of());
        Map<String, String> after = new HashMap<>(before);
        after.put(NAME, event.attributes().get(NAME));
        known.put(event.id(), after);
        Map<String, String> told = new HashMap<>(after);
        Optional.ofNullable(before.get(NAME)).ifPresent(old -> told.put("oldName", "/" + old));
        return event.describedBy(told);
    }

    private static DockerEvent described(DockerEvent event, Map<String, String> description) {
        return description == null ? event : event.describedBy(description);
    }
}
