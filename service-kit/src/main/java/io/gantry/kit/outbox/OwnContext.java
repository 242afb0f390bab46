package io.gantry.kit.outbox;

import io.quarkus.vertx.core.runtime.context.VertxContextSafetyToggle;
import io.smallrye.common.vertx.VertxContext;
import io.vertx.core.Context;

/** Hibernate Reactive keeps its session in the Vert.x context: work with a session of its own has a context of its own. */
public final class OwnContext {
    private OwnContext() {}

    /** A new one, for one piece of work, on that event loop. */
    public static Context on(Context loop) {
        Context own = VertxContext.createNewDuplicatedContext(loop);
        VertxContextSafetyToggle.setContextSafe(own, true);
        return own;
    }
}
