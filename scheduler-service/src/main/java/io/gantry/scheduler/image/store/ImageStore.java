package io.gantry.scheduler.image.store;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.event.ImageEvent;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.kit.image.RuleCopy;
import io.gantry.kit.outbox.Transaction;
import io.gantry.kit.problem.Refused;
import io.gantry.scheduler.EventLoop;
import io.gantry.scheduler.SchedulerTransactions;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Resolves references to digests. An image that was pushed a moment ago may not have been heard of yet, so resolving waits a little. */
@Singleton
public class ImageStore {
    private static final String UPSERT =
            "insert into image (reference, resolved) values (:reference, :resolved) on conflict (reference) do update set resolved = :resolved";
    private final SchedulerTransactions transactions;
    private final Duration longestWait;
    private final Map<String, Collection<UniEmitter<? super Void>>> waiting = new ConcurrentHashMap<>();

    @Inject
    ImageStore(SchedulerTransactions transactions, @ConfigProperty(name = "gantry.scheduler.image-wait") Duration longestWait) {
        this.transactions = transactions;
        this.longestWait = longestWait;
    }

    public Uni<Void> on(Transaction tx, ImageEvent event) {
        return switch (event) {
            case ImageEvent.Stored(var reference, var image) -> put(tx, byDigest(reference, image.manifest()), image);
            case ImageEvent.Tagged(var reference, var image, var previous) ->
                    put(tx, byDigest(reference, image.manifest()), image)
                            .chain(() -> reference.tagged().isPresent()
                                    ? put(tx, reference.tagged().get(), image)
                                    : Uni.createFrom().voidItem());
            case ImageEvent.Untagged(var reference, var manifest) -> delete(tx, reference.tagged().orElse(""));
            case ImageEvent.Judged judged -> RuleCopy.on(tx, judged);
            case ImageEvent.Deleted deleted -> delete(tx, byDigest(deleted.reference(), deleted.manifest())).chain(() -> RuleCopy.on(tx, deleted));
            case ImageEvent.News _ -> Uni.createFrom().voidItem();
        };
    }

    /** After the commit: whoever waits for it looks again. */
    public void arrived(ImageEvent event) {
        event.reference().tagged().ifPresent(this::wake);
        event.reference().digest().ifPresent(digest -> wake(byDigest(event.reference(), digest)));
    }

    /** Fails with IMAGE_NOT_FOUND. */
    public Uni<ResolvedImage> resolve(ImageRef reference) {
        String key = key(reference);
        return find(key).chain(found -> {
            if (found != null) {
                return Uni.createFrom().item(found);
            }
            Uni<Void> arrival = arrival(key).memoize().indefinitely();
            arrival.subscribe().with(_ -> {});
            return find(key).chain(again -> again != null ? Uni.createFrom().item(again) : arrival.chain(() -> find(key))).onItem().ifNull().failWith(() -> unknown(reference));
        }).map(image -> image.withReference(reference));
    }

    /** Completes when something is said of the image, or after as long as one that isn't known is waited for. */
    Uni<Void> news(ResolvedImage image) {
        return arrival(byDigest(image.reference(), image.manifest()));
    }

    private Uni<ResolvedImage> find(String key) {
        return transactions.read(session -> session.find(ImageRow.class, key))
                .map(row -> row == null ? null : Json.read(row.resolved, ResolvedImage.class));
    }

    private Uni<Void> arrival(String key) {
        return EventLoop.back(Uni.createFrom()
                .<Void>emitter(emitter -> waiting.computeIfAbsent(key, _ -> new ConcurrentLinkedQueue<>()).add(emitter))
                .ifNoItem()
                .after(longestWait)
                .recoverWithItem((Void) null));
    }

    private void wake(String key) {
        Collection<UniEmitter<? super Void>> emitters = waiting.remove(key);
        if (emitters != null) {
            emitters.forEach(emitter -> emitter.complete(null));
        }
    }

    private static Refused unknown(ImageRef reference) {
        return new Refused(ProblemType.IMAGE_NOT_FOUND, "there is no image '" + reference + "'", "push or build it first");
    }

    private static String key(ImageRef reference) {
        return reference.digest().map(digest -> byDigest(reference, digest)).orElseGet(() -> reference.tagged().orElseThrow());
    }

    private static String byDigest(ImageRef reference, Digest manifest) {
        return reference.repository() + "@" + manifest;
    }

    private static Uni<Void> put(Transaction tx, String key, ResolvedImage image) {
        return tx.session()
                .createNativeQuery(UPSERT)
                .setParameter("reference", key)
                .setParameter("resolved", Json.write(image))
                .executeUpdate()
                .replaceWithVoid();
    }

    private static Uni<Void> delete(Transaction tx, String key) {
        return tx.session()
                .createNativeQuery("delete from image where reference = :reference")
                .setParameter("reference", key)
                .executeUpdate()
                .replaceWithVoid();
    }
}
