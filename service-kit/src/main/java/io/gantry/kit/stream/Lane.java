package io.gantry.kit.stream;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** One piece of work at a time, in the order in which it was asked for; nobody waits in a thread. */
public final class Lane {
    private CompletableFuture<Void> last = CompletableFuture.completedFuture(null);

    /** Work that fails, or is given up, ends its turn as any other. @param where it is done; {@code null}: wherever */
    public <T> Uni<T> turn(Context where, Supplier<Uni<T>> work) {
        return Uni.createFrom().deferred(() -> {
            CompletableFuture<Void> mine = new CompletableFuture<>();
            CompletableFuture<Void> before = follow(mine);
            Uni<T> turn = before.isDone() && Vertx.currentContext() == where
                    ? Uni.createFrom().deferred(work::get)
                    : after(before, where).chain(work::get);
            // one that was given up before its turn doesn't end the turn of another
            return turn.onTermination().invoke(() -> before.thenRun(() -> mine.complete(null)));
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
