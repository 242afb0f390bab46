package io.gantry.gateway.docker.core;

import io.gantry.contracts.event.DeploymentEvent;
import io.gantry.contracts.event.NodeEvent;
import io.gantry.contracts.id.DeploymentId;
import io.gantry.contracts.id.NodeId;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Facts of deployments and nodes as Docker's events of services and nodes. */
final class SwarmEventForms {
    private static final String CREATE = "create";
    private static final String UPDATE = "update";
    private static final String REMOVE = "remove";

    private SwarmEventForms() {}

    static List<DockerEvent> of(DeploymentEvent event, Instant at) {
        return switch (event) {
            case DeploymentEvent.Created e -> service(CREATE, e.id(), e.name(), Map.of(), at);
            case DeploymentEvent.Scaled e -> service(UPDATE, e.id(), e.name(), Map.of("replicas.new", Integer.toString(e.replicas())), at);
            case DeploymentEvent.RolloutStarted e -> service(UPDATE, e.id(), e.name(), Map.of("updatestate.new", "updating"), at);
            case DeploymentEvent.RolloutFinished e -> service(UPDATE, e.id(), e.name(), Map.of("updatestate.old", "updating", "updatestate.new", "completed"), at);
            case DeploymentEvent.RolloutFailed e -> service(UPDATE, e.id(), e.name(), Map.of("updatestate.old", "updating", "updatestate.new", "paused"), at);
            case DeploymentEvent.Removed e -> service(REMOVE, e.id(), e.name(), Map.of(), at);
            case DeploymentEvent.ServiceWanted _,
                    DeploymentEvent.ServiceUnwanted _,
                    DeploymentEvent.ContainerWanted _,
                    DeploymentEvent.ContainerRetiring _,
                    DeploymentEvent.ContainerUnwanted _ -> List.of();
        };
    }

    static List<DockerEvent> of(NodeEvent event, Instant at) {
        return switch (event) {
            case NodeEvent.Joined e -> node(CREATE, e.id(), e.name(), Map.of(), at);
            case NodeEvent.Ready e -> node(UPDATE, e.id(), e.name(), Map.of("state.new", "ready"), at);
            case NodeEvent.Suspect e -> node(UPDATE, e.id(), e.name(), Map.of("state.old", "ready", "state.new", "unknown"), at);
            case NodeEvent.Lost e -> node(UPDATE, e.id(), e.name(), Map.of("state.new", "down"), at);
            case NodeEvent.Drained e -> node(UPDATE, e.id(), e.name(), Map.of("availability.old", "active", "availability.new", "drain"), at);
            case NodeEvent.Removed e -> node(REMOVE, e.id(), e.name(), Map.of(), at);
        };
    }

    private static List<DockerEvent> service(String action, DeploymentId id, String name, Map<String, String> more, Instant at) {
        return List.of(new DockerEvent(DockerEvent.SERVICE, action, SwarmIds.of(id), named(name, more), at));
    }

    private static List<DockerEvent> node(String action, NodeId id, String name, Map<String, String> more, Instant at) {
        return List.of(new DockerEvent(DockerEvent.NODE, action, SwarmIds.of(id), named(name, more), at));
    }

    private static Map<String, String> named(String name, Map<String, String> more) {
        Map<String, String> all = new HashMap<>(more);
        all.put("name", name);
        return all;
    }
}
