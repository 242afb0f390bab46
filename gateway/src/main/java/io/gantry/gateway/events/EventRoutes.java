package io.gantry.gateway.events;

import io.gantry.contracts.envelope.Topics;
import io.gantry.contracts.problem.BadField;
import io.gantry.gateway.route.GatewayProblems;
import io.gantry.gateway.route.QueryForm;
import io.gantry.kit.problem.Refused;
import io.gantry.kit.time.World;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.Set;

/**
 * {@code GET /api/v1/events}: all facts as server-sent events, each a CloudEvent. {@code Last-Event-ID} (or {@code ?after=}, which
 * also takes an RFC 3339 time) goes on exactly there; without it the stream begins now, or at {@code ?since=}. It ends at {@code ?until=}, if
 * there is one. {@code ?type=} and {@code ?subject=}, each repeatable, choose.
 */
@ApplicationScoped
class EventRoutes {
    private static final Set<String> TOPICS = Set.copyOf(Topics.FACTS);
    private static final Map<String, QueryForm> PARAMETERS = Map.of(
            "after", QueryForm.TEXT, "since", QueryForm.TEXT, "until", QueryForm.TEXT, "type", QueryForm.TEXT, "subject", QueryForm.TEXT);
    private final FactStreams streams;
    private final History history;
    private final World world;

    @Inject
    EventRoutes(FactStreams streams, History history, World world) {
        this.streams = streams;
        this.history = history;
        this.world = world;
    }

    void register(@Observes Router router) {
        router.get("/api/v1/events").order(10).handler(this::watch);
    }

    private void watch(RoutingContext routing) {
        routing.request().resume();
        try {
            EventQuery asked = EventQuery.read(QueryForm.read(routing.queryParams(), PARAMETERS), routing.request().getHeader("Last-Event-ID"), world.now());
            streams.open(
                    routing,
                    theirs -> new EventFilter(routing.queryParam("type"), routing.queryParam("subject"), asked.span(), theirs),
                    stream -> begin(stream, asked));
        } catch (BadField | Refused e) {
            GatewayProblems.answer(routing.response(), e);
        }
    }

    private void begin(FactStream stream, EventQuery asked) {
        switch (asked.from()) {
            case EventQuery.Start.Now _ -> {
                Position now = stream.listen(false);
                stream.head().write("id: " + now + "\n\n");
                stream.endInTime(asked.span());
            }
            case EventQuery.Start.At(var moment) -> stream.replay(() -> history.at(moment), TOPICS, asked.span());
            case EventQuery.Start.After(var known) -> stream.replay(() -> known, TOPICS, asked.span());
        }
    }
}
