package io.gantry.gateway.events;

import io.gantry.contracts.problem.BadField;
import io.gantry.gateway.auth.Caller;
import io.gantry.gateway.route.Gate;
import io.gantry.gateway.route.GatewayProblems;
import io.gantry.gateway.route.QueryForm;
import io.gantry.kit.problem.Refused;
import io.gantry.kit.time.World;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * {@code GET /api/v1/containers?watch} and the like of each {@link WatchedList}: all of it as it is, as one event named {@code snapshot}, and from there on every fact of its
 * things, as server-sent events. {@code Last-Event-ID} goes on exactly there without a snapshot. The position is taken before the snapshot: what happens while it is
 * made is told behind it, though the snapshot may show it already.
 */
@ApplicationScoped
class ListWatch {
    private static final String WATCH = "watch";

    /** Before those that answer with the list as it is. */
    private static final int ORDER = 9;

    private final FactStreams streams;
    private final Snapshots snapshots;
    private final World world;

    @Inject
    ListWatch(FactStreams streams, Snapshots snapshots, World world) {
        this.streams = streams;
        this.snapshots = snapshots;
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
            streams.open(
                    routing,
                    theirs -> new EventFilter(List.of(list.types()), List.of(), Span.FROM_NOW, theirs),
                    stream -> begin(stream, list, asked, Gate.caller(routing)));
        } catch (BadField | Refused e) {
            GatewayProblems.answer(routing.response(), e);
        }
    }

    private void begin(FactStream stream, WatchedList list, EventQuery asked, Caller caller) {
        if (asked.from() instanceof EventQuery.Start.After(var known)) {
            stream.replay(() -> known, Set.of(list.topic()), asked.span());
        } else {
            snapshot(stream, list, caller);
        }
    }

    private void snapshot(FactStream stream, WatchedList list, Caller caller) {
        Position now = stream.listen(true);
        snapshots.of(list, caller)
                .onFailure(e -> GatewayProblems.answer(stream.response(), e))
                .onSuccess(all -> {
                    if (!stream.response().closed()) {
                        stream.head().write(Buffer.buffer("id: " + now + "\nevent: snapshot\ndata: ").appendBuffer(all).appendString("\n\n"));
                        stream.release();
                    }
                });
    }
}
