package io.gantry.gateway.docker.api;

import io.gantry.contracts.envelope.Fact;
import io.gantry.contracts.envelope.Topics;
import io.gantry.contracts.id.NetworkId;
import io.gantry.contracts.view.ContainerView;
import io.gantry.contracts.view.NetworkView;
import io.gantry.gateway.docker.core.DockerEvent;
import io.gantry.gateway.docker.core.DockerRefusal;
import io.gantry.gateway.docker.core.EventFilters;
import io.gantry.gateway.docker.core.EventForms;
import io.gantry.gateway.events.ContainerWatch;
import io.gantry.gateway.route.Part;
import io.gantry.gateway.route.PartClient;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** {@code docker events}: what happens to containers, volumes and networks from now on. */
@Singleton
class EventEndpoints {
    private static final Set<String> TOPICS = Set.of(Topics.CONTAINER, Topics.VOLUME, Topics.NETWORK, Topics.ENDPOINT);
    /** A client that leaves more than so much unread is cut off: it holds up nobody. */
    private static final int MOST_UNREAD = 1 << 20;
    private final ContainerWatch watch;
    private final DockerContainers containers;
    private final PartClient parts;

    @Inject
    EventEndpoints(ContainerWatch watch, DockerContainers containers, PartClient parts) {
        this.watch = watch;
        this.containers = containers;
        this.parts = parts;
    }

    void register(Routes routes) {
        routes.respond(HttpMethod.GET, "/events", this::events);
    }

    private Future<Void> events(Call call) {
        if (call.parameter("since") != null || call.parameter("until") != null) {
            throw DockerRefusal.notSupported("since and until of events");
        }
        EventFilters filters = EventFilters.parse(call.parameter("filters"));
        HttpServerResponse response = call.request().response();
        response.setWriteQueueMaxSize(MOST_UNREAD);
        return Future.all(networks(), described()).compose(known -> {
            Telling telling = new Telling(new EventForms(known.resultAt(0)), known.resultAt(1), filters, response);
            return watch.watch(TOPICS, telling::hear).<Void>map(watching -> {
                response.closeHandler(v -> watching.stop());
                response.putHeader("Content-Type", "application/json").setChunked(true).writeHead();
                return null;
            });
        });
    }

    /** Without their names events are told all the same. */
    private Future<Map<NetworkId, String>> networks() {
        return parts.list(Part.NETWORK, "/networks", NetworkView.class)
                .map(all -> all.stream().collect(Collectors.toMap(NetworkView::id, NetworkView::name)))
                .otherwise(Map.of());
    }

    /** By id: when its end is told, one that is removed can't be asked for any more. */
    private Future<Map<String, Map<String, String>>> described() {
        return parts.list(Part.CONTAINER, "/containers?all=true", ContainerView.class)
                .map(all -> all.stream().collect(Collectors.toMap(each -> each.id().value(), DockerEvent::description)))
                .otherwise(Map.of());
    }

    /** One client: in order, though each event of a container needs that looked up. */
    private final class Telling {
        private final EventForms forms;
        private final Map<String, Map<String, String>> described;
        private final EventFilters filters;
        private final HttpServerResponse response;
        private Future<?> last = Future.succeededFuture();

        private Telling(EventForms forms, Map<String, Map<String, String>> described, EventFilters filters, HttpServerResponse response) {
            this.forms = forms;
            this.described = new HashMap<>(described);
            this.filters = filters;
            this.response = response;
        }

        void hear(Fact fact) {
            for (DockerEvent event : forms.of(fact)) {
                if (filters.mayWant(event) || event.ofContainer() && !described.containsKey(event.id())) {
                    last = last.transform(done -> describe(event)).onSuccess(this::tell);
                }
            }
        }

        private Future<DockerEvent> describe(DockerEvent event) {
            if (!event.ofContainer()) {
                return Future.succeededFuture(event);
            }
            return containers.find(event.id()).onSuccess(found -> described.put(event.id(), DockerEvent.description(found))).transform(done -> {
                Map<String, String> description = event.action().equals("destroy") ? described.remove(event.id()) : described.get(event.id());
                return Future.succeededFuture(description == null ? event : event.describedBy(description));
            });
        }

        private void tell(DockerEvent event) {
            if (response.closed() || response.ended() || !filters.wants(event)) {
                return;
            }
            if (response.writeQueueFull()) {
                response.reset();
            } else {
                response.write(event.json() + "\n");
            }
        }
    }
}
