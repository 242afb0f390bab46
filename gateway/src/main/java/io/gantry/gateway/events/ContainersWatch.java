package io.gantry.gateway.events;

import io.gantry.contracts.envelope.Topics;
import io.gantry.contracts.problem.BadField;
import io.gantry.gateway.auth.Caller;
import io.gantry.gateway.known.KnownContainer;
import io.gantry.gateway.route.Departure;
import io.gantry.gateway.route.Gate;
import io.gantry.gateway.route.GatewayProblems;
import io.gantry.gateway.route.QueryForm;
import io.gantry.gateway.scope.Belongings;
import io.gantry.gateway.scope.FactsFor;
import io.gantry.gateway.scope.OwnFacts;
import io.gantry.kit.problem.Refused;
import io.gantry.kit.time.World;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/**
 * {@code GET /api/v1/containers?watch}: all containers as they are, as one event named {@code snapshot}, and from there on every fact of a container, as
 * server-sent events. {@code Last-Event-ID} goes on exactly there without a snapshot. The position is taken before the snapshot: what happens while it is
 * made is told behind it, though the snapshot may show it already.
 */
@ApplicationScoped
class ContainersWatch {
    private static final Logger LOG = Logger.getLogger(ContainersWatch.class);
    private static final long KEEP_ALIVE_MILLIS = 15_000;
    private static final String WATCH = "watch";
    private static final List<String> CONTAINERS = List.of("io.gantry.container.*");
    private final FactsFor facts;
    private final Belongings belongings;
    private final EventTail tail;
    private final History history;
    private final Vertx vertx;
    private final World world;

    @Inject
    ContainersWatch(FactsFor facts, Belongings belongings, EventTail tail, History history, Vertx vertx, World world) {
        this.facts = facts;
        this.belongings = belongings;
        this.tail = tail;
        this.history = history;
        this.vertx = vertx;
        this.world = world;
    }

    void register(@Observes Router router) {
        router.get("/api/v1/containers").order(10).handler(this::watch);
    }

    private void watch(RoutingContext routing) {
        if (!routing.queryParams().contains(WATCH)) {
            routing.next();
            return;
        }
        routing.request().resume();
        try {
            if (!"true".equals(QueryForm.read(routing.queryParams(), Map.of(WATCH, QueryForm.FLAG)).get(WATCH))) {
                throw new BadField(WATCH, "watch is true or left out");
            }
            EventQuery asked = EventQuery.read(Map.of(), routing.request().getHeader("Last-Event-ID"), world.now());
            Caller caller = Gate.caller(routing);
            facts.caller(caller)
                    .onFailure(e -> GatewayProblems.answer(routing.response(), e))
                    .onSuccess(theirs -> tail.ready().onComplete(v -> vertx.runOnContext(w -> begin(routing.response(), asked, caller, theirs))));
        } catch (BadField | Refused e) {
            GatewayProblems.answer(routing.response(), e);
        }
    }

    private void begin(HttpServerResponse response, EventQuery asked, Caller caller, OwnFacts theirs) {
        Context context = vertx.getOrCreateContext();
        Watcher watcher = new Watcher(context, response, new EventFilter(CONTAINERS, List.of(), Span.FROM_NOW, theirs));
        long timer = vertx.setPeriodic(KEEP_ALIVE_MILLIS, id -> watcher.keepAlive());
        if (!Departure.watch(response, () -> {
            vertx.cancelTimer(timer);
            watcher.leave();
            tail.leave(watcher);
        })) {
            return;
        }
        if (asked.from() instanceof EventQuery.Start.Now) {
            snapshot(watcher, caller, response).onFailure(e -> {
                vertx.cancelTimer(timer);
                tail.leave(watcher);
                GatewayProblems.answer(response, e);
            });
        } else {
            head(response).writeHead();
            Thread.ofVirtual().name("container-history").start(() -> replay(watcher, asked));
        }
    }

    private static HttpServerResponse head(HttpServerResponse response) {
        return response.putHeader("Content-Type", "text/event-stream").putHeader("Cache-Control", "no-store").setChunked(true);
    }

    /** What the tail reads meanwhile waits in the watcher. */
    private Future<List<KnownContainer>> snapshot(Watcher watcher, Caller caller, HttpServerResponse response) {
        watcher.hold();
        Position now;
        synchronized (tail) {
            now = tail.listen(watcher);
            watcher.begin(now.offsets());
        }
        return belongings.knownContainers(caller).onSuccess(all -> {
            if (!response.closed()) {
                head(response).write(snapshot(now, all));
                watcher.release();
            }
        });
    }

    private static Buffer snapshot(Position now, List<KnownContainer> all) {
        Buffer event = Buffer.buffer("id: " + now + "\nevent: snapshot\ndata: {\"items\":[");
        for (int i = 0; i < all.size(); i++) {
            event.appendString(i == 0 ? "" : ",").appendBuffer(all.get(i).json());
        }
        return event.appendString("]}\n\n");
    }

    private void replay(Watcher watcher, EventQuery asked) {
        try {
            Position position = asked.from() instanceof EventQuery.Start.After(var known) ? known : tail.position();
            history.tell(position, Set.of(Topics.CONTAINER), asked.span(), watcher);
        } catch (InterruptedException e) {
            // the gateway stops
            tail.leave(watcher);
        } catch (KafkaException e) {
            LOG.warnf("a history of containers ends early: %s", e.getMessage());
            watcher.breakOff("the event store doesn't answer; reconnect with Last-Event-ID");
        }
    }
}
