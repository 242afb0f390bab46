package io.gantry.kit.stream;

import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** Who waits until facts have been taken in by all who listen within this process, whichever of its ways each of them takes ({@link TwoWays}). Thread-safe. */
final class Hearings {
    private static final class Hearing {
        final CompletableFuture<Void> over = new CompletableFuture<>();
        final Set<Object> listening = ConcurrentHashMap.newKeySet();
        /** All who listen are known. */
        volatile boolean told;

        void look() {
            if (told && listening.isEmpty()) {
                over.complete(null);
            }
        }
    }

    private final Map<UUID, Hearing> open = new ConcurrentHashMap<>();

    /** Before it can be told. Completes once all have it; forgotten when it completes, by whomever. */
    CompletableFuture<Void> of(UUID fact) {
        Hearing hearing = open.computeIfAbsent(fact, _ -> new Hearing());
        hearing.over.whenComplete((_, _) -> open.remove(fact));
        return hearing.over;
    }

    /** It will take that fact in. */
    void listens(UUID fact, Object listener) {
        Hearing hearing = open.get(fact);
        if (hearing != null) {
            hearing.listening.add(listener);
        }
    }

    void taken(UUID fact, Object listener) {
        Hearing hearing = open.get(fact);
        if (hearing != null && hearing.listening.remove(listener)) {
            hearing.look();
        }
    }

    /** To all who listen. */
    void told(UUID fact) {
        Hearing hearing = open.get(fact);
        if (hearing != null) {
            hearing.told = true;
            hearing.look();
        }
    }
}
