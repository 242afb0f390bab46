package io.gantry.kit.outbox;

import io.quarkus.vertx.core.runtime.context.VertxContextSafetyToggle;
import io.smallrye.common.vertx.VertxContext;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Hibernate Reactive keeps its session in the Vert.x context: work with a session of its own has a context of its own. */
public final class OwnContext {
    private OwnContext() {}

    /** A new one, for one piece of work, on that event loop. */
    public static Context on(Context loop) {
        Context own = VertxContext.createNewDuplicatedContext(loop);
        VertxContextSafetyToggle.setContextSafe(own, true);
        return own;
    }

    /** Does the work in one of its own on that event loop, where its end is told, too. */
    public static <T> CompletableFuture<T> run(Context loop, Supplier<Uni<T>> work) {
        CompletableFuture<T> done = new CompletableFuture<>();
        on(loop).runOnContext(_ -> Uni.createFrom().<T>deferred(work::get).subscribe().with(done::complete, done::completeExceptionally));
        return done;
    }
}
