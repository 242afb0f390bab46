package io.gantry.gateway.events;

import io.gantry.contracts.envelope.EventTypes;
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
import java.util.stream.Collectors;

/** Tells of what happens to containers, and to what they are made with, in order, from the moment of asking. */
@Singleton
public class ContainerWatch {
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
        return watch(Set.of(Topics.CONTAINER), consumer);
    }

    /**
     * @param topics of {@link Topics#FACTS}; facts of one are told in order
     * @param consumer called on the caller's context
     * @return completes there when nothing is missed any more
     */
    public Future<Watching> watch(Set<String> topics, Consumer<Fact> consumer) {
        Set<String> types = types(topics);
        Context context = vertx.getOrCreateContext();
        EventTail.Listener listener = entry -> {
            if (types.contains(entry.type())) {
                Fact fact = Fact.fromJson(entry.json());
                context.runOnContext(v -> consumer.accept(fact));
            }
        };
        tail.listen(listener);
        Promise<Watching> promise = Promise.promise();
        tail.ready().onComplete(v -> context.runOnContext(w -> promise.complete(() -> tail.leave(listener))));
        return promise.future();
    }

    /** Newer services may say more than we know. */
    private static Set<String> types(Set<String> topics) {
        return EventTypes.all().stream().filter(entry -> topics.contains(entry.topic())).map(EventTypes.Entry::type).collect(Collectors.toUnmodifiableSet());
    }
}
