package io.gantry.container.lifecycle.store;

import io.gantry.container.lifecycle.core.Container;
import io.gantry.contracts.id.ContainerId;
import io.gantry.kit.stream.ShortWay;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Waiting for a container to become something: told after each commit, of this process's commits only; no polling. */
@Singleton
public class ContainerWatch {
    private static final int MOST_REMEMBERED = 1_000;
    private final ShortWay shortWay;
    private final Map<ContainerId, List<Consumer<Container>>> waiting = new ConcurrentHashMap<>();
    /** What was told last of those that changed lately. */
    private final Map<ContainerId, Container> latest = Collections.synchronizedMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ContainerId, Container> eldest) {
            return size() > MOST_REMEMBERED;
        }
    });

    @Inject
    ContainerWatch(ShortWay shortWay) {
        this.shortWay = shortWay;
    }

    void tell(Container container) {
        latest.merge(container.id(), container, (old, now) -> now.version() > old.version() ? now : old);
        waiting.getOrDefault(container.id(), List.of()).forEach(one -> one.accept(container));
    }

    /** It may be otherwise than it was told. */
    void forget(ContainerId id) {
        latest.remove(id);
    }

    /** What was told of it last, if it changed lately; another process may know better. */
    Optional<Container> latest(ContainerId id) {
        return Optional.ofNullable(latest.get(id));
    }

    /** As the table has it, without a look: of one that changed lately, where all that changes a container is told here. */
    Optional<Container> known(ContainerId id) {
        return shortWay.reachesAll() ? latest(id) : Optional.empty();
    }

    /** How many wait now. */
    public int size() {
        return waiting.values().stream().mapToInt(List::size).sum();
    }

    /**
     * The first state of the container, from now on, that is {@code done}. Listens before {@code now} is read, so that nothing falls
     * in between; it isn't read where all that changes a container is told here and was. Continues on the caller's own Vert.x context.
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
            return known(id).map(known -> Uni.createFrom().item(known)).orElse(now).invoke(container -> {
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
