package io.gantry.gateway.events;

import io.gantry.contracts.envelope.Fact;
import io.gantry.contracts.envelope.Topics;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/** Tells of what happens to containers, and to what they are made with, in order, from the moment of asking or from one in the past. */
@Singleton
public class ContainerWatch {
    private static final Logger LOG = Logger.getLogger(ContainerWatch.class);

    private final EventTail tail;
    private final History history;
    private final Vertx vertx;

    @Inject
    ContainerWatch(EventTail tail, History history, Vertx vertx) {
        this.tail = tail;
        this.history = history;
        this.vertx = vertx;
    }

    /** Ends the watching. */
    public interface Watching {
        void stop();
    }

    /** Called on the context of who watches. */
    public interface Hearer {
        /** @return completes when it can take more of the past */
        Future<?> hear(Fact fact);

        /** All of the span is told, unless the events can't be read any further. */
        void ended();
    }

    /**
     * @param consumer called on the caller's context
     * @return completes there when nothing is missed any more
     */
    public Future<Watching> watch(Consumer<Fact> consumer) {
        return watch(Set.of(Topics.CONTAINER), Span.FROM_NOW, new Hearer() {
            @Override
            public Future<?> hear(Fact fact) {
                consumer.accept(fact);
                return Future.succeededFuture();
            }

            @Override
            public void ended() {
                // it never does
            }
        });
    }

    /**
     * @param topics of {@link Topics#FACTS}; facts of one are told in order, those of the past in the order of time
     * @return completes on the caller's context when nothing of the span is missed any more
     */
    public Future<Watching> watch(Set<String> topics, Span span, Hearer hearer) {
        Context context = vertx.getOrCreateContext();
        FactFollower follower = new FactFollower(context, topics, span, hearer);
        Promise<Watching> promise = Promise.promise();
        Watching watching = () -> {
            follower.leave();
            tail.leave(follower);
        };
        if (span.since() == null) {
            tail.listen(follower);
        }
        tail.ready().onComplete(_ -> context.runOnContext(_ -> {
            promise.complete(watching);
            if (span.since() == null) {
                history.endInTime(span, follower);
            } else {
                Thread.ofVirtual().name("fact-history").start(() -> tell(topics, span, follower));
            }
        }));
        return promise.future();
    }

    private void tell(Set<String> topics, Span span, FactFollower follower) {
        try {
            history.tell(history.at(span.since().minus(History.SKEW)), topics, span, follower);
        } catch (InterruptedException e) {
            // the gateway stops
            tail.leave(follower);
        } catch (KafkaException e) {
            LOG.warnf("a history of facts ends early: %s", e.getMessage());
            follower.end();
        }
    }
}
