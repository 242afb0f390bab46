package io.gantry.container.lifecycle.store;

import io.gantry.container.lifecycle.core.Container;
import io.gantry.contracts.id.ContainerId;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Waiting for a container to become something: told after each commit, of this process's commits only; no polling. */
@Singleton
public class ContainerWatch {
    private final Map<ContainerId, List<Consumer<Container>>> waiting = new ConcurrentHashMap<>();

    void tell(Container container) {
        waiting.getOrDefault(container.id(), List.of()).forEach(one -> one.accept(container));
    }

    /** How many wait now. */
    public int size() {
        return waiting.values().stream().mapToInt(List::size).sum();
    }

    /**
     * The first state of the container, from now on, that is {@code done}. Listens before {@code now} is read, so that nothing falls
     * in between. Continues on the caller's own Vert.x context.
     */
    public Uni<Container> until(ContainerId id, Uni<Container> now, Predicate<Container> done) {
        return Uni.createFrom().deferred(() -> {
            Context context = Vertx.currentContext();
            CompletableFuture<Container> found = new CompletableFuture<>();
            Consumer<Container> listener = container -> {
                if (done.test(container)) {
                    found.complete(container);
                }
            };
            waiting.compute(id, (_, all) -> {
                List<Consumer<Container>> list = all == null ? new CopyOnWriteArrayList<>() : all;
                list.add(listener);
                return list;
            });
            return now.invoke(container -> {
                        if (container != null) {
                            listener.accept(container);
                        }
                    })
                    .chain(() -> Uni.createFrom().completionStage(found))
                    .emitOn(work -> {
                        if (context == null) {
                            work.run();
                        } else {
                            context.runOnContext(_ -> work.run());
                        }
                    })
                    .onTermination()
                    .invoke(() -> forget(id, listener));
        });
    }

    void forget(ContainerId id, Consumer<Container> listener) {
        waiting.computeIfPresent(id, (_, all) -> {
            all.remove(listener);
            return all.isEmpty() ? null : all;
        });
    }
}
