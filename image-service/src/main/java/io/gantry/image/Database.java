package io.gantry.image;

import io.gantry.kit.outbox.OwnContext;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * How a thread that may wait — a virtual one that moves a blob, or runs a build — uses the reactive database: the work runs on an
 * event loop, to which a session belongs, and the thread waits for it.
 */
@Singleton
public class Database {
    private static final long DEADLINE_SECONDS = 30;
    private final Vertx vertx;

    @Inject
    Database(Vertx vertx) {
        this.vertx = vertx;
    }

    /** Never from an event loop. A failure is thrown as it is, if unchecked. */
    public <T> T await(Supplier<Uni<T>> work) {
        return await(begin(work));
    }

    /** To be {@link #await(CompletableFuture) awaited} by whoever has something else to do meanwhile. */
    public <T> CompletableFuture<T> begin(Supplier<Uni<T>> work) {
        return OwnContext.run(vertx.getOrCreateContext(), work);
    }

    /** As {@link #await(Supplier)}. */
    public <T> T await(CompletableFuture<T> begun) {
        try {
            return begun.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException known ? known : new IllegalStateException(e.getCause());
        } catch (TimeoutException e) {
            throw new IllegalStateException("the database did not answer within " + DEADLINE_SECONDS + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the database", e);
        }
    }
}
