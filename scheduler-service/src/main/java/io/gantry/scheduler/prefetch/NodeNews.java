package io.gantry.scheduler.prefetch;

import io.gantry.scheduler.EventLoop;
import io.gantry.scheduler.node.core.NodeChanged;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Wakes whoever waits for what nodes say. */
@Singleton
public class NodeNews {
    private final Set<UniEmitter<? super Void>> waiting = ConcurrentHashMap.newKeySet();

    /** Completes at the next change of any node that is committed here, or after {@code longest}; begins to listen when it is subscribed to. */
    public Uni<Void> next(Duration longest) {
        return EventLoop.back(Uni.createFrom()
                .<Void>emitter(emitter -> {
                    waiting.add(emitter);
                    emitter.onTermination(() -> waiting.remove(emitter));
                })
                .ifNoItem()
                .after(longest)
                .recoverWithItem((Void) null));
    }

    void on(@Observes NodeChanged change) {
        for (UniEmitter<? super Void> each : waiting) {
            waiting.remove(each);
            each.complete(null);
        }
    }
}
