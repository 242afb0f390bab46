package io.gantry.gateway.events;

import io.gantry.gateway.route.StreamHead;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/** One client's facts as server-sent events. */
final class FactStream {
    private static final Logger LOG = Logger.getLogger(FactStream.class);
    private final HttpServerRequest request;
    private final Watcher watcher;
    private final EventTail tail;
    private final History history;

    FactStream(HttpServerRequest request, Watcher watcher, EventTail tail, History history) {
        this.request = request;
        this.watcher = watcher;
        this.tail = tail;
        this.history = history;
    }

    HttpServerResponse response() {
        return request.response();
    }

    /** Sends the head, so that the client knows at once that it is heard. */
    HttpServerResponse head() {
        response().putHeader("Content-Type", "text/event-stream").putHeader("Cache-Control", "no-store");
        return StreamHead.send(request);
    }

    /** From now on what happens is told, or waits until {@link #release} if it is held. @return where that begins */
    Position listen(boolean held) {
        if (held) {
            watcher.hold();
        }
        synchronized (tail) {
            Position now = tail.listen(watcher);
            watcher.begin(now.offsets());
            return now;
        }
    }

    void release() {
        watcher.release();
    }

    /** To be called once it listens. */
    void endInTime(Span span) {
        history.endInTime(span, watcher);
    }

    /** Sends the head, tells all facts since {@code from}, and listens then. */
    void replay(Supplier<Position> from, Set<String> topics, Span span) {
        head();
        Thread.ofVirtual().name("event-history").start(() -> {
            try {
                history.tell(from.get(), topics, span, watcher);
            } catch (InterruptedException e) {
                // the gateway stops
                tail.leave(watcher);
            } catch (KafkaException e) {
                LOG.warnf("a history of facts ends early: %s", e.getMessage());
                watcher.breakOff("the event store doesn't answer; reconnect with Last-Event-ID");
            }
        });
    }
}
