package io.gantry.gateway.docker.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.contracts.envelope.Fact;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.event.ContainerEvent;
import io.gantry.contracts.unit.SignalName;
import io.gantry.contracts.view.ContainerView;
import io.gantry.gateway.docker.core.DockerRefusal;
import io.gantry.gateway.docker.core.ListFilters;
import io.gantry.gateway.events.ContainerWatch;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** {@code docker events}: what happens to containers from now on. */
@Singleton
class EventEndpoints {
    private static final Set<String> FILTERS = Set.of("type", "event", "container");
    /** A client that leaves more than so much unread is cut off: it holds up nobody. */
    private static final int MOST_UNREAD = 1 << 20;
    private final ContainerWatch watch;
    private final DockerContainers containers;

    @Inject
    EventEndpoints(ContainerWatch watch, DockerContainers containers) {
        this.watch = watch;
        this.containers = containers;
    }

    void register(Routes routes) {
        routes.respond(HttpMethod.GET, "/events", this::events);
    }

    private Future<Void> events(Call call) {
        if (call.parameter("since") != null || call.parameter("until") != null) {
            throw DockerRefusal.notSupported("since and until of events");
        }
        var filters = ListFilters.entries(call.parameter("filters"));
        filters.keySet().stream().filter(key -> !FILTERS.contains(key)).findFirst().ifPresent(key -> {
            throw DockerRefusal.notSupported("the event filter '" + key + "'");
        });
        HttpServerResponse response = call.request().response();
        response.setWriteQueueMaxSize(MOST_UNREAD);
        // in order, though each event needs its container looked up
        Future<?>[] last = {Future.succeededFuture()};
        return watch.watch(fact -> forms(fact).stream()
                        .filter(event -> wanted(event, filters))
                        .forEach(event -> last[0] = last[0].transform(done -> containers.find(fact.subject()).map(c -> describe(event, c)).otherwise(event))
                                .onSuccess(told -> {
                                    if (!response.closed() && !response.ended()) {
                                        tell(response, told);
                                    }
                                })))
                .map(watching -> {
                    response.closeHandler(v -> watching.stop());
                    response.putHeader("Content-Type", "application/json").setChunked(true).writeHead();
                    return null;
                });
    }

    private static void tell(HttpServerResponse response, ObjectNode event) {
        if (response.writeQueueFull()) {
            response.reset();
        } else {
            response.write(event + "\n");
        }
    }

    private static boolean wanted(ObjectNode event, Map<String, List<String>> filters) {
        return filters.entrySet().stream().allMatch(filter -> switch (filter.getKey()) {
            case "type" -> filter.getValue().contains("container");
            case "event" -> filter.getValue().contains(event.path("Action").asText());
            default -> filter.getValue().stream().anyMatch(id -> event.path("id").asText().startsWith(id));
        });
    }

    private static List<ObjectNode> forms(Fact fact) {
        return switch ((ContainerEvent) fact.event()) {
            case ContainerEvent.Placed e -> List.of(event(fact, "create", Map.of("name", e.name(), "image", e.spec().image().toString())));
            case ContainerEvent.Started e -> List.of(event(fact, "start", Map.of()));
            case ContainerEvent.Exited e -> {
                ObjectNode die = event(fact, "die", Map.of("exitCode", Integer.toString(e.exitCode())));
                yield e.outOfMemory() == null ? List.of(die) : List.of(event(fact, "oom", Map.of()), die);
            }
            // Docker's clients read the signal as a number
            case ContainerEvent.Signalled e -> List.of(event(fact, "kill", Map.of("signal", Integer.toString(SignalName.parse(e.signal()).orElseThrow().number()))));
            case ContainerEvent.HealthChanged e ->
                    List.of(event(fact, "health_status: " + e.health().status().name().toLowerCase(Locale.ROOT), Map.of()));
            case ContainerEvent.Paused _ -> List.of(event(fact, "pause", Map.of()));
            case ContainerEvent.Unpaused _ -> List.of(event(fact, "unpause", Map.of()));
            case ContainerEvent.Updated _ -> List.of(event(fact, "update", Map.of()));
            case ContainerEvent.Renamed e -> List.of(event(fact, "rename", Map.of("name", e.name())));
            case ContainerEvent.Removed e -> List.of(event(fact, "destroy", Map.of()));
            case ContainerEvent.Requested _,
                    ContainerEvent.Unplaceable _,
                    ContainerEvent.LifeChanged _,
                    ContainerEvent.Created _,
                    ContainerEvent.Readiness _,
                    ContainerEvent.Failed _,
                    ContainerEvent.Lost _ ->
                    List.of();
        };
    }

    private static ObjectNode event(Fact fact, String action, Map<String, String> attributes) {
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("status", action).put("id", fact.subject()).put("Type", "container").put("Action", action);
        ObjectNode actor = json.putObject("Actor").put("ID", fact.subject());
        ObjectNode all = actor.putObject("Attributes");
        attributes.forEach(all::put);
        json.put("scope", "local").put("time", fact.time().getEpochSecond());
        json.put("timeNano", Math.addExact(Math.multiplyExact(fact.time().getEpochSecond(), 1_000_000_000L), fact.time().getNano()));
        return json;
    }

    private static ObjectNode describe(ObjectNode event, ContainerView container) {
        ObjectNode attributes = (ObjectNode) event.path("Actor").path("Attributes");
        attributes.put("name", container.name()).put("image", container.spec().image().toString());
        container.spec().labels().forEach(attributes::put);
        event.put("from", container.spec().image().toString());
        return event;
    }
}
