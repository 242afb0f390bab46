package io.gantry.gateway.events;

import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.gateway.route.GatewayProblems;
import io.gantry.gateway.route.QueryForm;
import io.gantry.kit.problem.Refused;
import io.gantry.kit.stream.KafkaLink;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/**
 * {@code GET /api/v1/events}: all facts as server-sent events, each a CloudEvent. {@code Last-Event-ID} (or {@code ?after=}, which
 * also takes an RFC 3339 time) goes on exactly there; without it the stream begins now. {@code ?type=} and {@code ?subject=}, each
 * repeatable, choose.
 */
@ApplicationScoped
class EventRoutes {
    private static final Logger LOG = Logger.getLogger(EventRoutes.class);
    private static final long KEEP_ALIVE_MILLIS = 15_000;
    private final EventTail tail;
    private final History history;
    private final Vertx vertx;

    @Inject
    EventRoutes(EventTail tail, KafkaLink kafka, Vertx vertx) {
        this.tail = tail;
        this.history = new History(kafka, tail);
        this.vertx = vertx;
    }

    void register(@Observes Router router) {
        router.get("/api/v1/events").order(10).handler(this::watch);
    }

    private void watch(RoutingContext context) {
        HttpServerResponse response = context.response();
        try {
            QueryForm.read(context.queryParams(), Map.of("after", QueryForm.TEXT, "type", QueryForm.TEXT, "subject", QueryForm.TEXT));
        } catch (BadField e) {
            GatewayProblems.answer(response, e);
            return;
        }
        String last = context.request().getHeader("Last-Event-ID");
        String after = last == null ? context.request().getParam("after") : last;
        try {
            Start from = start(after);
            context.request().resume();
            tail.ready().onComplete(v -> vertx.runOnContext(w -> begin(context, from)));
        } catch (IllegalArgumentException | DateTimeParseException e) {
            GatewayProblems.answer(
                    response,
                    new Refused(ProblemType.INVALID_FIELD, "'" + after + "' is no event id", "send the id of an event you got, or a time such as 2026-01-31T12:00:00Z"));
        }
    }

    /** Where a watcher begins; a moment's position is asked of Kafka, so it is not known at once. */
    private sealed interface Start {
        record Now() implements Start {}

        record At(Instant moment) implements Start {}

        record After(Position position) implements Start {}
    }

    private static Start start(String after) {
        if (after == null) {
            return new Start.Now();
        }
        return after.indexOf(':') > 0 ? new Start.At(Instant.parse(after)) : new Start.After(Position.parse(after));
    }

    private void begin(RoutingContext routing, Start from) {
        HttpServerResponse response = routing.response();
        if (response.closed()) {
            return;
        }
        Context context = vertx.getOrCreateContext();
        response.putHeader("Content-Type", "text/event-stream").putHeader("Cache-Control", "no-store").setChunked(true);
        Watcher watcher = new Watcher(context, response, new EventFilter(routing.queryParam("type"), routing.queryParam("subject")));
        long timer = vertx.setPeriodic(KEEP_ALIVE_MILLIS, id -> watcher.keepAlive());
        response.closeHandler(v -> {
            vertx.cancelTimer(timer);
            watcher.leave();
            tail.leave(watcher);
        });
        response.endHandler(v -> {
            vertx.cancelTimer(timer);
            tail.leave(watcher);
        });
        if (from instanceof Start.Now) {
            joinNow(watcher, response);
        } else {
            response.writeHead();
            Thread.ofVirtual().name("event-history").start(() -> replay(watcher, from));
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

    private void replay(Watcher watcher, Start from) {
        try {
            Position position =
                    switch (from) {
                        case Start.Now _ -> tail.position();
                        case Start.At(var moment) -> history.at(moment);
                        case Start.After(var known) -> known;
                    };
            history.replay(position, watcher, watcher.queue());
        } catch (InterruptedException e) {
            // the gateway stops
            tail.leave(watcher);
        } catch (KafkaException e) {
            LOG.warnf("an event history ends early: %s", e.getMessage());
            watcher.breakOff("the event store doesn't answer; reconnect with Last-Event-ID");
        }
    }
}
