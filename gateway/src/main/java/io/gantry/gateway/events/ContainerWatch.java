package io.gantry.gateway.events;

import io.gantry.contracts.envelope.Fact;
import io.gantry.contracts.envelope.Topics;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.function.Consumer;

/** Tells of what happens to containers, in order, from the moment of asking. */
@Singleton
public class ContainerWatch {
    private static final int FIRST = Topics.FACTS.indexOf(Topics.CONTAINER) * Topics.FACT_PARTITIONS;
    private final EventTail tail;
    private final Vertx vertx;

    @Inject
    ContainerWatch(EventTail tail, Vertx vertx) {
        this.tail = tail;
        this.vertx = vertx;
    }

    /** Ends the watching. */
    public interface Watching {
        void stop();
    }

    /**
     * @param consumer called on the caller's context
     * @return completes there when nothing is missed any more
     */
    public Future<Watching> watch(Consumer<Fact> consumer) {
        Context context = vertx.getOrCreateContext();
        EventTail.Listener listener = entry -> {
            if (entry.partition() >= FIRST && entry.partition() < FIRST + Topics.FACT_PARTITIONS) {
                Fact fact = Fact.fromJson(entry.json());
                context.runOnContext(v -> consumer.accept(fact));
            }
        };
        tail.listen(listener);
        Promise<Watching> promise = Promise.promise();
        tail.ready().onComplete(v -> context.runOnContext(w -> promise.complete(() -> tail.leave(listener))));
        return promise.future();
    }
}
