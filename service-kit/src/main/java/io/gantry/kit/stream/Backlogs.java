package io.gantry.kit.stream;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Who has yet to send what an earlier process left; over when nobody has and nobody more can come. Thread-safe. */
final class Backlogs {
    private final CompletableFuture<Void> over = new CompletableFuture<>();
    private final Set<String> behind = new HashSet<>();
    private boolean all;

    /** @return to be called when that one is no longer behind; again does nothing */
    synchronized Runnable expect(String name) {
        behind.add(name);
        return () -> done(name);
    }

    private synchronized void done(String name) {
        behind.remove(name);
        look();
    }

    /** All that there will be have been expected. */
    synchronized void nobodyElse() {
        all = true;
        look();
    }

    private void look() {
        if (all && behind.isEmpty()) {
            over.complete(null);
        }
    }

    CompletionStage<Void> over() {
        return over.copy();
    }
}
