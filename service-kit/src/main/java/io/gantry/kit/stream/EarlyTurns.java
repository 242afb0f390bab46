package io.gantry.kit.stream;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Messages that come twice, told the short way and from Kafka, are handled when they come first ({@link TwoWays}), one after the other in
 * the order in which they came.
 *
 * @param <K> what tells one message from the others
 */
public final class EarlyTurns<K> {
    private CompletableFuture<Void> last = CompletableFuture.completedFuture(null);
    /** For whose turn it is; each turn begins after the end of the one before. */
    private final TwoWays<K> ways = new TwoWays<>();

    /** Told the short way. Work that fails is left to Kafka. @param own where it is done */
    public void early(int partition, K message, Context own, Supplier<Uni<Void>> work) {
        turn(own, () -> ways.takesEarly(partition, message)
                        ? Uni.createFrom()
                                .deferred(work)
                                .invoke(() -> ways.taken(partition, message))
                                .onFailure()
                                .invoke(() -> ways.leave(partition, message))
                        : Uni.createFrom().voidItem())
                .subscribe()
                .with(_ -> {}, _ -> {});
    }

    /** From Kafka, on the context where it is handled; completes when the work is done, early or now. */
    public Uni<Void> late(int partition, K message, Supplier<Uni<Void>> work) {
        return turn(Vertx.currentContext(), () -> ways.takesLate(partition, message)
                ? work.get().invoke(() -> ways.arrived(partition, message))
                : Uni.createFrom().voidItem());
    }

    private Uni<Void> turn(Context where, Supplier<Uni<Void>> work) {
        return Uni.createFrom().deferred(() -> {
            CompletableFuture<Void> mine = new CompletableFuture<>();
            CompletableFuture<Void> before = follow(mine);
            Uni<Void> turn = before.isDone() && Vertx.currentContext() == where ? Uni.createFrom().deferred(work) : after(before, where).chain(work);
            return turn.onTermination().invoke(() -> {
                // one that was given up before its turn doesn't end the turn of another
                before.thenRun(() -> mine.complete(null));
            });
        });
    }

    private synchronized CompletableFuture<Void> follow(CompletableFuture<Void> mine) {
        CompletableFuture<Void> before = last;
        last = mine;
        return before;
    }

    private static Uni<Void> after(CompletableFuture<Void> before, Context where) {
        Uni<Void> over = Uni.createFrom().completionStage(before.copy());
        return where == null ? over : over.emitOn(go -> where.runOnContext(_ -> go.run()));
    }
}
