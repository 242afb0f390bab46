package io.gantry.gateway.docker.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.view.NodeView;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Nodes in Docker's form, and what is asked of them. */
public final class NodeForms {
    private static final String ACTIVE = "active";
    private static final String DRAIN = "drain";
    private static final String WORKER = "worker";
    private static final String MANAGER = "manager";

    private NodeForms() {}

    public static SwarmFilters filters(String text) {
        return SwarmFilters.parse(text, "id", "label", "membership", "name", "node.label", "role")
                .only("membership", java.util.Set.of("accepted", "pending"))
                .only("role", java.util.Set.of(WORKER, MANAGER));
    }

    /** @param first whether it is the one that stands for the managers */
    public static boolean matches(NodeView node, boolean first, SwarmFilters filters) {
        return filters.id(SwarmIds.of(node.id()))
                && filters.name(node.name())
                && filters.labels("label", node.labels())
                && filters.labels("node.label", node.labels())
                && filters.any("membership", "accepted"::equals)
                && filters.any("role", role(first)::equals);
    }

    public static ObjectNode form(NodeView node, boolean first) {
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("ID", SwarmIds.of(node.id())).putObject("Version").put("Index", version(node));
        json.put("CreatedAt", node.joinedAt().toString()).put("UpdatedAt", node.lastSeen().toString());
        ObjectNode spec = json.putObject("Spec");
        ObjectNode labels = spec.putObject("Labels");
        new TreeMap<>(node.labels()).forEach(labels::put);
        spec.put("Role", role(first)).put("Availability", availability(node));
        ObjectNode description = json.putObject("Description").put("Hostname", node.name());
        description.putObject("Platform").put("Architecture", node.architecture()).put("OS", "linux");
        description.putObject("Resources").put("NanoCPUs", node.cpu().value() * 1_000_000).put("MemoryBytes", node.memory().value());
        ObjectNode engine = description.putObject("Engine").put("EngineVersion", node.agentVersion());
        engine.putObject("Labels");
        engine.putArray("Plugins").addObject().put("Type", "Network").put("Name", "overlay");
        description.putObject("TLSInfo");
        String address = String.valueOf(node.address());
        json.putObject("Status").put("State", state(node)).put("Addr", address);
        if (first) {
            json.putObject("ManagerStatus").put("Leader", true).put("Reachability", "reachable").put("Addr", address);
        }
        return json;
    }

    /** Changes with what can be changed of it. */
    public static long version(NodeView node) {
        return 2 * node.epoch() + (node.state() == NodeView.State.DRAINED ? 1 : 0);
    }

    /** What is to be done that the node becomes like that. */
    public enum Order {
        DRAIN,
        RESUME
    }

    /** Empty if it is so already. @throws DockerRefusal for what can't be changed by this */
    public static Optional<Order> update(JsonNode json, NodeView node, boolean first) {
        Fields spec = Fields.of(json, KnownFields.NODE);
        String availability = spec.only("Availability", ACTIVE, DRAIN).text("Availability");
        if (!spec.text("Role").isEmpty() && !spec.text("Role").equals(role(first))) {
            throw spec.unsupported("Role");
        }
        if (!spec.text("Name").isEmpty() && !spec.text("Name").equals(node.name())) {
            throw spec.unsupported("Name");
        }
        Map<String, String> labels = spec.named("Labels");
        if (!labels.equals(node.labels())) {
            throw DockerRefusal.notSupported("Labels", "a node's labels are said to its agent: --label KEY=VALUE");
        }
        spec.refuseTheRest();
        if (availability.isEmpty() || availability.equals(availability(node))) {
            return Optional.empty();
        }
        return Optional.of(availability.equals(DRAIN) ? Order.DRAIN : Order.RESUME);
    }

    private static String role(boolean first) {
        return first ? MANAGER : WORKER;
    }

    private static String availability(NodeView node) {
        return node.state() == NodeView.State.DRAINED ? DRAIN : ACTIVE;
    }

    private static String state(NodeView node) {
        return switch (node.state()) {
            case READY, DRAINED -> "ready";
            case SUSPECT -> "unknown";
            case LOST -> "down";
        };
    }
}
