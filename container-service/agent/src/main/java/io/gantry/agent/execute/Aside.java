package io.gantry.agent.execute;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Work that is done beside other work, and has to be there before that has any effect. */
final class Aside {
    static final Aside NOTHING = new Aside(CompletableFuture.completedFuture(null));

    private final CompletableFuture<Void> work;

    private Aside(CompletableFuture<Void> work) {
        this.work = work;
    }

    static Aside begin(Runnable work) {
        return new Aside(CompletableFuture.runAsync(work, task -> Thread.ofVirtual().name("aside").start(task)));
    }

    /** However it ends. */
    void awaitEnd() {
        work.handle((nothing, trouble) -> nothing).join();
    }

    /** What it threw is thrown here, each time. */
    void await() {
        try {
            work.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            throw e;
        }
    }
}
