package io.gantry.gateway.docker.api;

import io.gantry.contracts.envelope.Fact;
import io.gantry.contracts.envelope.Topics;
import io.gantry.contracts.id.NetworkId;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.view.ImageView;
import io.gantry.contracts.view.NetworkView;
import io.gantry.gateway.docker.core.Descriptions;
import io.gantry.gateway.docker.core.DockerEvent;
import io.gantry.gateway.docker.core.DockerTime;
import io.gantry.gateway.docker.core.EventFilters;
import io.gantry.gateway.docker.core.EventForms;
import io.gantry.gateway.events.ContainerWatch;
import io.gantry.gateway.events.Span;
import io.gantry.gateway.route.Departure;
import io.gantry.gateway.route.Part;
import io.gantry.gateway.route.PartClient;
import io.gantry.gateway.route.StreamHead;
import io.gantry.gateway.scope.FactsFor;
import io.gantry.gateway.scope.OwnFacts;
import io.gantry.kit.time.World;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** {@code docker events}: what happens to containers, images, volumes, networks, services and nodes, from now on or from a moment in the past. */
@Singleton
class EventEndpoints {
    private static final Set<String> TOPICS = Set.of(Topics.CONTAINER, Topics.IMAGE, Topics.VOLUME, Topics.NETWORK, Topics.ENDPOINT, Topics.DEPLOYMENT, Topics.NODE);
    /** A client that leaves more than so much unread, and so many events behind it, is cut off: it holds up nobody. */
    private static final int MOST_UNREAD = 1 << 20;

    private static final int MOST_WAITING = 4096;
    private final FactsFor facts;
    private final ContainerWatch watch;
    private final DockerContainers containers;
    private final PartClient parts;
    private final World world;

    @Inject
    EventEndpoints(FactsFor facts, ContainerWatch watch, DockerContainers containers, PartClient parts, World world) {
        this.facts = facts;
        this.watch = watch;
        this.containers = containers;
        this.parts = parts;
        this.world = world;
    }

    void register(Routes routes) {
        routes.respond(HttpMethod.GET, "/events", this::events);
    }

    private Future<Void> events(Call call) {
        EventFilters filters = EventFilters.parse(call.parameter("filters"));
        Span span = DockerTime.span(call.parameter("since"), call.parameter("until"), world.now());
        HttpServerResponse response = call.request().response();
        response.setWriteQueueMaxSize(MOST_UNREAD).putHeader("Content-Type", "application/json").setChunked(true);
        return Future.all(networks(), images(), described()).compose(known -> {
            Promise<OwnFacts> theirs = Promise.promise();
            Telling telling = new Telling(new EventForms(known.resultAt(0), known.resultAt(1)), new Descriptions(known.resultAt(2)), filters, theirs.future(), response);
            return watch.watch(TOPICS, span, telling)
                    .onSuccess(watching -> Departure.watch(response, () -> {
                        watching.stop();
                        telling.leave();
                    }))
                    // only now: what is made in between is told of
                    .compose(_ -> facts.caller(call.caller()).onComplete(theirs))
                    .map(_ -> {
                        if (!response.headWritten() && !response.closed()) {
                            StreamHead.send(call.request());
                        }
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

    /** Several may be of one manifest. */
    private Future<Map<Digest, Digest>> images() {
        return parts.list(Part.IMAGE, "/images", ImageView.class)
                .map(all -> all.stream().map(ImageView::image).collect(Collectors.toMap(ResolvedImage::manifest, ResolvedImage::id, (one, _) -> one)))
                .otherwise(Map.of());
    }

    private Future<Map<String, Map<String, String>>> described() {
        return containers.all()
                .map(all -> all.stream().collect(Collectors.toMap(each -> each.id().value(), each -> DockerEvent.description(each.name(), each.spec()))))
                .otherwise(Map.of());
    }

    /** One client: in order, though a container that isn't known yet has to be asked for first. */
    private final class Telling implements ContainerWatch.Hearer {
        private final EventForms forms;
        private final Descriptions descriptions;
        private final EventFilters filters;
        private final HttpServerResponse response;
        private final Future<OwnFacts> theirs;
        private Future<?> last;
        private Promise<Void> drained = Promise.promise();
        private int waiting;

        private Telling(EventForms forms, Descriptions descriptions, EventFilters filters, Future<OwnFacts> theirs, HttpServerResponse response) {
            this.theirs = theirs;
            this.last = theirs;
            this.forms = forms;
            this.descriptions = descriptions;
            this.filters = filters;
            this.response = response;
        }

        @Override
        public Future<?> hear(Fact fact) {
            if (over()) {
                return Future.succeededFuture();
            }
            // before any of its events is looked at, since an end may be in between
            Future<Boolean> wanted = last.transform(_ -> theirs.map(own -> own.wants(fact)));
            last = wanted;
            for (DockerEvent event : forms.of(fact)) {
                if (++waiting > MOST_WAITING) {
                    response.reset();
                    return Future.succeededFuture();
                }
                last = last.transform(_ -> wanted.succeeded() && wanted.result() ? asked(event).transform(_ -> tell(descriptions.complete(event))) : Future.succeededFuture()).onComplete(_ -> waiting--);
            }
            return last;
        }

        /** What isn't wanted needn't be described. */
        private Future<?> asked(DockerEvent event) {
            if (over() || !descriptions.lacks(event) || !filters.mayWant(event)) {
                return Future.succeededFuture();
            }
            return containers.find(event.id())
                    .map(found -> DockerEvent.description(found.name(), found.spec()))
                    .otherwise(Map.of())
                    .onSuccess(description -> descriptions.learn(event.id(), description));
        }

        /** Completes when the client can take more. */
        private Future<Void> tell(DockerEvent event) {
            if (over() || !filters.wants(event)) {
                return Future.succeededFuture();
            }
            response.write(event.json() + "\n");
            if (!response.writeQueueFull()) {
                return Future.succeededFuture();
            }
            drained = Promise.promise();
            response.drainHandler(v -> drained.tryComplete());
            return drained.future();
        }

        private boolean over() {
            return response.closed() || response.ended();
        }

        @Override
        public void ended() {
            last.onComplete(_ -> {
                if (!over()) {
                    response.end();
                }
            });
        }

        private void leave() {
            drained.tryComplete();
        }
    }
}
