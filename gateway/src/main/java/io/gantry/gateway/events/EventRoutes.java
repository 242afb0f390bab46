package io.gantry.gateway.events;

import io.gantry.contracts.envelope.Topics;
import io.gantry.contracts.problem.BadField;
import io.gantry.gateway.route.Departure;
import io.gantry.gateway.route.Gate;
import io.gantry.gateway.route.GatewayProblems;
import io.gantry.gateway.route.QueryForm;
import io.gantry.gateway.route.StreamHead;
import io.gantry.gateway.scope.FactsFor;
import io.gantry.gateway.scope.OwnFacts;
import io.gantry.kit.problem.Refused;
import io.gantry.kit.time.World;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/**
 * {@code GET /api/v1/events}: all facts as server-sent events, each a CloudEvent. {@code Last-Event-ID} (or {@code ?after=}, which
 * also takes an RFC 3339 time) goes on exactly there; without it the stream begins now, or at {@code ?since=}. It ends at {@code ?until=}, if
 * there is one. {@code ?type=} and {@code ?subject=}, each repeatable, choose.
 */
@ApplicationScoped
class EventRoutes {
    private static final Logger LOG = Logger.getLogger(EventRoutes.class);
    private static final long KEEP_ALIVE_MILLIS = 15_000;
    private static final Set<String> TOPICS = Set.copyOf(Topics.FACTS);
    private static final Map<String, QueryForm> PARAMETERS = Map.of(
            "after", QueryForm.TEXT, "since", QueryForm.TEXT, "until", QueryForm.TEXT, "type", QueryForm.TEXT, "subject", QueryForm.TEXT);
    private final FactsFor facts;
    private final EventTail tail;
    private final History history;
    private final Vertx vertx;
    private final World world;

    @Inject
    EventRoutes(FactsFor facts, EventTail tail, History history, Vertx vertx, World world) {
        this.facts = facts;
        this.tail = tail;
        this.history = history;
        this.vertx = vertx;
        this.world = world;
    }

    void register(@Observes Router router) {
        router.get("/api/v1/events").order(10).handler(this::watch);
    }

    private void watch(RoutingContext context) {
        HttpServerResponse response = context.response();
        try {
            EventQuery asked = EventQuery.read(QueryForm.read(context.queryParams(), PARAMETERS), context.request().getHeader("Last-Event-ID"), world.now());
            context.request().resume();
            facts.caller(Gate.caller(context))
                    .onFailure(e -> GatewayProblems.answer(response, e))
                    .onSuccess(theirs -> tail.ready().onComplete(v -> vertx.runOnContext(w -> begin(context, asked, theirs))));
        } catch (BadField | Refused e) {
            GatewayProblems.answer(response, e);
        }
    }

    private void begin(RoutingContext routing, EventQuery asked, OwnFacts theirs) {
        HttpServerResponse response = routing.response();
        Context context = vertx.getOrCreateContext();
        Watcher watcher = new Watcher(context, response, new EventFilter(routing.queryParam("type"), routing.queryParam("subject"), asked.span(), theirs));
        long timer = vertx.setPeriodic(KEEP_ALIVE_MILLIS, id -> watcher.keepAlive());
        if (!Departure.watch(response, () -> {
            vertx.cancelTimer(timer);
            watcher.leave();
            tail.leave(watcher);
        })) {
            return;
        }
        response.putHeader("Content-Type", "text/event-stream").putHeader("Cache-Control", "no-store").setChunked(true);
        response.endHandler(v -> {
            vertx.cancelTimer(timer);
            tail.leave(watcher);
        });
        if (asked.from() instanceof EventQuery.Start.Now) {
            joinNow(watcher, response);
            history.endInTime(asked.span(), watcher);
        } else {
            StreamHead.send(routing.request());
            Thread.ofVirtual().name("event-history").start(() -> replay(watcher, asked));
        }
    }

    private void joinNow(Watcher watcher, HttpServerResponse response) {
        Position now;
        synchronized (tail) {
            now = tail.listen(watcher);
            watcher.begin(now.offsets());
        }
        response.write("id: " + now + "\n\n");
    }

    private void replay(Watcher watcher, EventQuery asked) {
        try {
            Position position =
                    switch (asked.from()) {
                        case EventQuery.Start.Now _ -> tail.position();
                        case EventQuery.Start.At(var moment) -> history.at(moment);
                        case EventQuery.Start.After(var known) -> known;
                    };
            history.tell(position, TOPICS, asked.span(), watcher);
        } catch (InterruptedException e) {
            // the gateway stops
            tail.leave(watcher);
        } catch (KafkaException e) {
            LOG.warnf("an event history ends early: %s", e.getMessage());
            watcher.breakOff("the event store doesn't answer; reconnect with Last-Event-ID");
        }
    }
}
