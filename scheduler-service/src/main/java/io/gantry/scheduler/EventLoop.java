package io.gantry.scheduler;

import io.gantry.kit.outbox.OwnContext;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Where database work runs that no request and no message started: a session belongs to one event loop. */
@Singleton
public final class EventLoop {
    private final Vertx vertx;

    @Inject
    EventLoop(Vertx vertx) {
        this.vertx = vertx;
    }

    /**
     * Continues where the caller is now, whatever completes {@code uni}: the completer's own session must not be met there.
     */
    public static <T> Uni<T> back(Uni<T> uni) {
        Context caller = Vertx.currentContext();
        return uni.emitOn(command -> caller.runOnContext(_ -> command.run()));
    }

    public <T> CompletableFuture<T> run(Supplier<Uni<T>> work) {
        return OwnContext.run(vertx.getOrCreateContext(), work);
    }
}
