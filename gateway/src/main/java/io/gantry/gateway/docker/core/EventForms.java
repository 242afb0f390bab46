package io.gantry.gateway.docker.core;

import io.gantry.contracts.envelope.Fact;
import io.gantry.contracts.event.AdmissionEvent;
import io.gantry.contracts.event.BuildEvent;
import io.gantry.contracts.event.ContainerEvent;
import io.gantry.contracts.event.DeploymentEvent;
import io.gantry.contracts.event.EndpointEvent;
import io.gantry.contracts.event.ImageEvent;
import io.gantry.contracts.event.NetworkEvent;
import io.gantry.contracts.event.NodeEvent;
import io.gantry.contracts.event.RuleEvent;
import io.gantry.contracts.event.ServiceEvent;
import io.gantry.contracts.event.VolumeEvent;
import io.gantry.contracts.id.NetworkId;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.SignalName;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Facts as Docker's events. One for each client: it learns the names that some facts lack from those that have them. */
public final class EventForms {
    private static final String NETWORK = "network";
    private static final String VOLUME = "volume";
    private final Map<NetworkId, String> networks;
    private final ImageEventForms images;

    /**
     * @param networks names of those that are there
     * @param images ids of those that are there, by manifest
     */
    public EventForms(Map<NetworkId, String> networks, Map<Digest, Digest> images) {
        this.networks = new HashMap<>(networks);
        this.images = new ImageEventForms(images);
    }

    /** In Docker's order; none where Docker has no word for it. */
    public List<DockerEvent> of(Fact fact) {
        Instant at = fact.time();
        return switch (fact.event()) {
            case ContainerEvent e -> container(e, at);
            case VolumeEvent e -> volume(e, at);
            case NetworkEvent e -> network(e, at);
            case EndpointEvent e -> endpoint(e, at);
            case ImageEvent e -> images.of(e, at);
            case DeploymentEvent e -> SwarmEventForms.of(e, at);
            case NodeEvent e -> SwarmEventForms.of(e, at);
            case AdmissionEvent _, BuildEvent _, RuleEvent _, ServiceEvent _ -> List.of();
        };
    }

    private static List<DockerEvent> container(ContainerEvent event, Instant at) {
        return switch (event) {
            case ContainerEvent.Placed e -> one(e, at, "create", DockerEvent.description(e.name(), e.spec()));
            case ContainerEvent.Started e -> one(e, at, "start", Map.of());
            case ContainerEvent.Exited e -> {
                DockerEvent die = form(e, at, "die", Map.of("exitCode", Integer.toString(e.exitCode())));
                yield e.outOfMemory() == null ? List.of(die) : List.of(form(e, at, "oom", Map.of()), die);
            }
            // Docker's clients read the signal as a number
            case ContainerEvent.Signalled e -> one(e, at, "kill", Map.of("signal", Integer.toString(SignalName.parse(e.signal()).orElseThrow().number())));
            case ContainerEvent.HealthChanged e -> one(e, at, "health_status: " + e.health().status().name().toLowerCase(Locale.ROOT), Map.of());
            case ContainerEvent.Paused e -> one(e, at, "pause", Map.of());
            case ContainerEvent.Unpaused e -> one(e, at, "unpause", Map.of());
            case ContainerEvent.Updated e -> one(e, at, "update", Map.of());
            case ContainerEvent.Renamed e -> one(e, at, "rename", Map.of("name", e.name()));
            case ContainerEvent.Removed e -> one(e, at, "destroy", Map.of());
            case ContainerEvent.Stopped e -> one(e, at, "stop", Map.of());
            case ContainerEvent.Restarted e -> one(e, at, "restart", Map.of());
            case ContainerEvent.ExecCreated e -> one(e, at, "exec_create: " + String.join(" ", e.command()), Map.of("execID", e.exec().value()));
            case ContainerEvent.ExecStarted e -> one(e, at, "exec_start: " + String.join(" ", e.command()), Map.of("execID", e.exec().value()));
            case ContainerEvent.ExecEnded e ->
                    one(e, at, "exec_die", Map.of("execID", e.exec().value(), "exitCode", Integer.toString(e.exitCode())));
            // a word of our own: Docker's clients print what they don't know
            case ContainerEvent.Disturbed e -> one(e, at, "disturbed", disturbed(e));
            case ContainerEvent.ExecDetached e -> one(e, at, "exec_detach", Map.of("execID", e.exec().value()));
            case ContainerEvent.Attached e -> one(e, at, "attach", Map.of());
            case ContainerEvent.Detached e -> one(e, at, "detach", Map.of());
            case ContainerEvent.ProcessesListed e -> one(e, at, "top", Map.of());
            case ContainerEvent.Committed e -> one(e, at, "commit", committed(e));
            case ContainerEvent.Exported e -> one(e, at, "export", Map.of());
            case ContainerEvent.CopiedFrom e -> one(e, at, "archive-path", Map.of("path", e.path()));
            case ContainerEvent.CopiedInto e -> one(e, at, "extract-to-dir", Map.of("path", e.path()));
            case ContainerEvent.Resized e -> one(e, at, "resize", Map.of("height", Integer.toString(e.rows()), "width", Integer.toString(e.columns())));
            case ContainerEvent.Requested _,
                    ContainerEvent.Unplaceable _,
                    ContainerEvent.LifeChanged _,
                    ContainerEvent.Created _,
                    ContainerEvent.Readiness _,
                    ContainerEvent.NetworksChanged _,
                    ContainerEvent.SharedMemoryFilled _,
                    ContainerEvent.Failed _,
                    ContainerEvent.Lost _ ->
                    List.of();
        };
    }

    private static Map<String, String> committed(ContainerEvent.Committed event) {
        String comment = event.comment() == null ? "" : event.comment();
        return Map.of("comment", comment, "imageID", event.image().value(), "imageRef", event.tags().isEmpty() ? "" : event.tags().getFirst().toString());
    }

    private static Map<String, String> disturbed(ContainerEvent.Disturbed event) {
        String by = event.by().stream()
                .map(one -> "%s %.0f%%".formatted(one.container() == null ? "the host" : one.name(), one.percent()))
                .collect(Collectors.joining(", "));
        return Map.of("resource", event.resource().name().toLowerCase(Locale.ROOT), "percent", "%.0f".formatted(event.percent()), "by", by);
    }

    private static List<DockerEvent> one(ContainerEvent event, Instant at, String action, Map<String, String> attributes) {
        return List.of(form(event, at, action, attributes));
    }

    private static DockerEvent form(ContainerEvent event, Instant at, String action, Map<String, String> attributes) {
        return new DockerEvent(DockerEvent.CONTAINER, action, event.id().value(), attributes, at);
    }

    /** Volumes go by name at Docker's. */
    private static List<DockerEvent> volume(VolumeEvent event, Instant at) {
        return switch (event) {
            case VolumeEvent.Created e -> List.of(new DockerEvent(VOLUME, "create", e.name(), Map.of("driver", "local"), at));
            case VolumeEvent.Mounted e -> List.of(new DockerEvent(
                    VOLUME, "mount", e.name(),
                    Map.of(
                            "container", e.container().value(), "destination", e.target(), "driver", "local", "propagation", "",
                            "read/write", Boolean.toString(!e.readOnly())), at));
            case VolumeEvent.Unmounted e ->
                    List.of(new DockerEvent(VOLUME, "unmount", e.name(), Map.of("container", e.container().value(), "driver", "local"), at));
            case VolumeEvent.Removed e -> List.of(new DockerEvent(VOLUME, "destroy", e.name(), Map.of("driver", "local"), at));
            case VolumeEvent.Pruned e ->
                    List.of(new DockerEvent(VOLUME, "prune", "", Map.of("reclaimed", Long.toString(e.freed().value())), at));
            case VolumeEvent.Settled _ -> List.of();
        };
    }

    private List<DockerEvent> network(NetworkEvent event, Instant at) {
        return switch (event) {
            case NetworkEvent.Created e -> {
                networks.put(e.id(), e.name());
                yield List.of(network("create", e.id(), Map.of(), at));
            }
            case NetworkEvent.Removed e -> List.of(network("destroy", e.id(), Map.of(), at));
        };
    }

    private List<DockerEvent> endpoint(EndpointEvent event, Instant at) {
        return switch (event) {
            case EndpointEvent.Leased e -> {
                networks.put(e.network(), e.networkName());
                yield List.of(network("connect", e.network(), Map.of("container", e.container().value()), at));
            }
            case EndpointEvent.Released e -> List.of(network("disconnect", e.network(), Map.of("container", e.container().value()), at));
            case EndpointEvent.Refused _, EndpointEvent.ConnectRefused _, EndpointEvent.PortsMoved _ -> List.of();
        };
    }

    private DockerEvent network(String action, NetworkId id, Map<String, String> attributes, Instant at) {
        Map<String, String> all = new HashMap<>(attributes);
        all.put("type", "bridge");
        if (networks.containsKey(id)) {
            all.put("name", DockerNames.dockerNetwork(networks.get(id)));
        }
        return new DockerEvent(NETWORK, action, id.value(), all, at);
    }
}
