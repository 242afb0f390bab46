package io.gantry.scheduler.deployment.store;

import io.gantry.contracts.problem.Refusal;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** Whoever waits for network-service's word about a proposal is told of it once that has committed. */
@Singleton
public class ProposalWatch {
    /** @param refusal empty when it is done */
    public record Word(UUID request, Optional<Refusal> refusal) {}

    private final Map<UUID, CompletableFuture<Optional<Refusal>>> waiting = new ConcurrentHashMap<>();

    /** To be called before the question commits, and {@link #forget} in the end. Completes empty when it is granted. */
    public CompletableFuture<Optional<Refusal>> expect(UUID request) {
        return waiting.computeIfAbsent(request, _ -> new CompletableFuture<>());
    }

    public void forget(UUID request) {
        waiting.remove(request);
    }

    public void tell(Word word) {
        CompletableFuture<Optional<Refusal>> one = waiting.get(word.request());
        if (one != null) {
            one.complete(word.refusal());
        }
    }
}
