package io.gantry.gateway.events;

import io.gantry.gateway.route.Departure;
import io.gantry.gateway.route.Gate;
import io.gantry.gateway.route.GatewayProblems;
import io.gantry.gateway.scope.FactsFor;
import io.gantry.gateway.scope.OwnFacts;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.function.Consumer;
import java.util.function.Function;

/** Opens {@link FactStream}s: for callers that may hear facts, once the tail is read, and on their clients' own event loop. */
@ApplicationScoped
class FactStreams {
    private static final long KEEP_ALIVE_MILLIS = 15_000;
    private final FactsFor facts;
    private final EventTail tail;
    private final History history;
    private final Vertx vertx;

    @Inject
    FactStreams(FactsFor facts, EventTail tail, History history, Vertx vertx) {
        this.facts = facts;
        this.tail = tail;
        this.history = history;
        this.vertx = vertx;
    }

    /** @param begin with the stream, of which nothing has been sent yet; not called if the caller may not, or has gone by then */
    void open(RoutingContext routing, Function<OwnFacts, EventFilter> filter, Consumer<FactStream> begin) {
        facts.caller(Gate.caller(routing))
                .onFailure(e -> GatewayProblems.answer(routing.response(), e))
                .onSuccess(theirs -> tail.ready().onComplete(_ -> vertx.runOnContext(_ -> open(routing, filter.apply(theirs), begin))));
    }

    private void open(RoutingContext routing, EventFilter filter, Consumer<FactStream> begin) {
        HttpServerResponse response = routing.response();
        Watcher watcher = new Watcher(vertx.getOrCreateContext(), response, filter);
        long timer = vertx.setPeriodic(KEEP_ALIVE_MILLIS, _ -> watcher.keepAlive());
        Runnable leave = () -> {
            vertx.cancelTimer(timer);
            watcher.leave();
            tail.leave(watcher);
        };
        if (Departure.watch(response, leave)) {
            response.endHandler(_ -> leave.run());
            begin.accept(new FactStream(routing.request(), watcher, tail, history));
        }
    }
}
