package io.gantry.gateway.events;

import io.gantry.contracts.problem.BadField;
import io.gantry.gateway.auth.Caller;
import io.gantry.gateway.route.Departure;
import io.gantry.gateway.route.Gate;
import io.gantry.gateway.route.GatewayProblems;
import io.gantry.gateway.route.QueryForm;
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
 * {@code GET /api/v1/containers?watch} and the like of each {@link WatchedList}: all of it as it is, as one event named {@code snapshot}, and from there on every fact of its
 * things, as server-sent events. {@code Last-Event-ID} goes on exactly there without a snapshot. The position is taken before the snapshot: what happens while it is
 * made is told behind it, though the snapshot may show it already.
 */
@ApplicationScoped
class ListWatch {
    private static final Logger LOG = Logger.getLogger(ListWatch.class);
    private static final long KEEP_ALIVE_MILLIS = 15_000;
    private static final String WATCH = "watch";

    /** Before those that answer with the list as it is. */
    private static final int ORDER = 9;

    private final FactsFor facts;
    private final Snapshots snapshots;
    private final EventTail tail;
    private final History history;
    private final Vertx vertx;
    private final World world;

    @Inject
    ListWatch(FactsFor facts, Snapshots snapshots, EventTail tail, History history, Vertx vertx, World world) {
        this.facts = facts;
        this.snapshots = snapshots;
        this.tail = tail;
        this.history = history;
        this.vertx = vertx;
        this.world = world;
    }

    void register(@Observes Router router) {
        for (WatchedList list : WatchedList.values()) {
            router.get("/api/v1" + list.path()).order(ORDER).handler(routing -> watch(routing, list));
        }
    }

    private void watch(RoutingContext routing, WatchedList list) {
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
                    .onSuccess(theirs -> tail.ready().onComplete(v -> vertx.runOnContext(w -> begin(list, routing.response(), asked, caller, theirs))));
        } catch (BadField | Refused e) {
            GatewayProblems.answer(routing.response(), e);
        }
    }

    private void begin(WatchedList list, HttpServerResponse response, EventQuery asked, Caller caller, OwnFacts theirs) {
        Context context = vertx.getOrCreateContext();
        Watcher watcher = new Watcher(context, response, new EventFilter(List.of(list.types()), List.of(), Span.FROM_NOW, theirs));
        long timer = vertx.setPeriodic(KEEP_ALIVE_MILLIS, id -> watcher.keepAlive());
        if (!Departure.watch(response, () -> {
            vertx.cancelTimer(timer);
            watcher.leave();
            tail.leave(watcher);
        })) {
            return;
        }
        if (asked.from() instanceof EventQuery.Start.Now) {
            snapshot(list, watcher, caller, response).onFailure(e -> {
                vertx.cancelTimer(timer);
                tail.leave(watcher);
                GatewayProblems.answer(response, e);
            });
        } else {
            head(response).writeHead();
            Thread.ofVirtual().name("list-history").start(() -> replay(list, watcher, asked));
        }
    }

    private static HttpServerResponse head(HttpServerResponse response) {
        return response.putHeader("Content-Type", "text/event-stream").putHeader("Cache-Control", "no-store").setChunked(true);
    }

    /** What the tail reads meanwhile waits in the watcher. */
    private Future<Buffer> snapshot(WatchedList list, Watcher watcher, Caller caller, HttpServerResponse response) {
        watcher.hold();
        Position now;
        synchronized (tail) {
            now = tail.listen(watcher);
            watcher.begin(now.offsets());
        }
        return snapshots.of(list, caller).onSuccess(all -> {
            if (!response.closed()) {
                head(response).write(Buffer.buffer("id: " + now + "\nevent: snapshot\ndata: ").appendBuffer(all).appendString("\n\n"));
                watcher.release();
            }
        });
    }

    private void replay(WatchedList list, Watcher watcher, EventQuery asked) {
        try {
            Position position = asked.from() instanceof EventQuery.Start.After(var known) ? known : tail.position();
            history.tell(position, Set.of(list.topic()), asked.span(), watcher);
        } catch (InterruptedException e) {
            // the gateway stops
            tail.leave(watcher);
        } catch (KafkaException e) {
            LOG.warnf("a history of %s ends early: %s", list, e.getMessage());
            watcher.breakOff("the event store doesn't answer; reconnect with Last-Event-ID");
        }
    }
}
