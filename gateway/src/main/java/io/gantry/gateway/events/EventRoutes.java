package io.gantry.gateway.events;

import io.gantry.contracts.envelope.Topics;
import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.gateway.route.GatewayProblems;
import io.gantry.gateway.route.QueryForm;
import io.gantry.kit.problem.Refused;
import io.gantry.kit.stream.KafkaLink;
import io.gantry.kit.time.World;
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
    private final EventTail tail;
    private final History history;
    private final Vertx vertx;
    private final World world;

    @Inject
    EventRoutes(EventTail tail, KafkaLink kafka, Vertx vertx, World world) {
        this.tail = tail;
        this.history = new History(kafka, tail);
        this.vertx = vertx;
        this.world = world;
    }

    void register(@Observes Router router) {
        router.get("/api/v1/events").order(10).handler(this::watch);
    }

    /** Where a watcher begins; a moment's position is asked of Kafka, so it is not known at once. */
    private sealed interface Start {
        record Now() implements Start {}

        record At(Instant moment) implements Start {}

        record After(Position position) implements Start {}
    }

    private record Asked(Start from, Span span) {}

    private void watch(RoutingContext context) {
        HttpServerResponse response = context.response();
        try {
            Asked asked = asked(QueryForm.read(context.queryParams(), PARAMETERS), context.request().getHeader("Last-Event-ID"));
            context.request().resume();
            tail.ready().onComplete(v -> vertx.runOnContext(w -> begin(context, asked)));
        } catch (BadField | Refused e) {
            GatewayProblems.answer(response, e);
        }
    }

    /** Who comes back goes on where it was, whatever it had asked first. */
    private Asked asked(Map<String, String> query, String lastEventId) {
        Instant now = world.now();
        Span span = new Span(moment(query, "since", now), moment(query, "until", now));
        if (span.since() != null && span.until() != null && span.until().isBefore(span.since())) {
            throw new BadField("until", "until, " + span.until() + ", is before since, " + span.since());
        }
        String after = lastEventId == null ? query.get("after") : lastEventId;
        if (after != null) {
            return new Asked(after(after), span);
        }
        if (span.since() == null && span.until() != null && span.until().isBefore(now)) {
            throw new BadField("until", "until, " + span.until() + ", is past, and the stream begins now", "say since when, too");
        }
        return new Asked(span.since() == null ? new Start.Now() : new Start.At(span.since().minus(History.SKEW)), span);
    }

    private static Instant moment(Map<String, String> query, String name, Instant now) {
        String text = query.get(name);
        return text == null
                ? null
                : MomentText.parse(text, now).orElseThrow(() -> new BadField(name, name + " is " + MomentText.WORDS + ", got '" + text + "'"));
    }

    private static Start after(String after) {
        try {
            return after.indexOf(':') > 0 ? new Start.At(Instant.parse(after)) : new Start.After(Position.parse(after));
        } catch (IllegalArgumentException | DateTimeParseException e) {
            throw new Refused(ProblemType.INVALID_FIELD, "'" + after + "' is no event id", "send the id of an event you got, or a time such as 2026-01-31T12:00:00Z");
        }
    }

    private void begin(RoutingContext routing, Asked asked) {
        HttpServerResponse response = routing.response();
        if (response.closed()) {
            return;
        }
        Context context = vertx.getOrCreateContext();
        response.putHeader("Content-Type", "text/event-stream").putHeader("Cache-Control", "no-store").setChunked(true);
        Watcher watcher = new Watcher(context, response, new EventFilter(routing.queryParam("type"), routing.queryParam("subject"), asked.span()));
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
        if (asked.from() instanceof Start.Now) {
            joinNow(watcher, response);
            endInTime(asked.span(), watcher);
        } else {
            response.writeHead();
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

    private void replay(Watcher watcher, Asked asked) {
        try {
            Position position =
                    switch (asked.from()) {
                        case Start.Now _ -> tail.position();
                        case Start.At(var moment) -> history.at(moment);
                        case Start.After(var known) -> known;
                    };
            if (asked.span().over(world.now())) {
                history.tell(position, TOPICS, watcher);
                watcher.end();
            } else {
                history.follow(position, TOPICS, watcher);
                endInTime(asked.span(), watcher);
            }
        } catch (InterruptedException e) {
            // the gateway stops
            tail.leave(watcher);
        } catch (KafkaException e) {
            LOG.warnf("an event history ends early: %s", e.getMessage());
            watcher.breakOff("the event store doesn't answer; reconnect with Last-Event-ID");
        }
    }

    private void endInTime(Span span, Watcher watcher) {
        if (span.until() != null) {
            vertx.setTimer(span.millisLeft(world.now()), id -> watcher.end());
        }
    }
}
