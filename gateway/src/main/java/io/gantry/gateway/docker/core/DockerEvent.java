package io.gantry.gateway.docker.core;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.spec.ContainerSpec;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/**
 * One line of {@code docker events}.
 *
 * @param type {@code container}, {@code image}, {@code volume}, {@code network}, {@code service} or {@code node}
 * @param action {@code start}, {@code exec_create: ls -l}
 * @param id the actor's; a volume's is its name
 */
public record DockerEvent(String type, String action, String id, Map<String, String> attributes, Instant time) {
    static final String CONTAINER = "container";
    static final String IMAGE = "image";
    static final String SERVICE = "service";
    static final String NODE = "node";
    private static final long NANOS = 1_000_000_000;

    public DockerEvent {
        attributes = Map.copyOf(attributes);
    }

    public boolean ofContainer() {
        return type.equals(CONTAINER);
    }

    /** {@code swarm} for what only a cluster has. */
    public String scope() {
        return type.equals(SERVICE) || type.equals(NODE) ? "swarm" : "local";
    }

    /** What Docker tells of a container beside each of its events: name, image, labels. */
    public static Map<String, String> description(String name, ContainerSpec spec) {
        Map<String, String> all = new TreeMap<>();
        spec.labels().forEach((label, value) -> {
            if (!DockerNames.internal(label)) {
                all.put(label, value);
            }
        });
        all.put("name", name);
        all.put("image", DockerNames.image(spec));
        return all;
    }

    /** What the event tells by itself counts. */
    public DockerEvent describedBy(Map<String, String> description) {
        Map<String, String> all = new TreeMap<>(description);
        all.putAll(attributes);
        return new DockerEvent(type, action, id, all, time);
    }

    public ObjectNode json() {
        ObjectNode json = Json.mapper().createObjectNode();
        if (ofContainer() || type.equals(IMAGE)) {
            // as clients before 1.22 read it
            json.put("status", action).put("id", id);
            if (ofContainer() && attributes.containsKey("image")) {
                json.put("from", attributes.get("image"));
            }
        }
        json.put("Type", type).put("Action", action);
        ObjectNode all = json.putObject("Actor").put("ID", id).putObject("Attributes");
        new TreeMap<>(attributes).forEach(all::put);
        json.put("scope", scope()).put("time", time.getEpochSecond());
        json.put("timeNano", Math.addExact(Math.multiplyExact(time.getEpochSecond(), NANOS), time.getNano()));
        return json;
    }
}
