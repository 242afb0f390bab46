package io.gantry.container.lifecycle.store;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.event.AdmissionEvent;
import io.gantry.contracts.event.ImageEvent;
import io.gantry.contracts.spec.ImageAdmission;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.kit.image.RuleCopy;
import io.gantry.kit.outbox.Look;
import io.gantry.kit.outbox.Transaction;
import io.gantry.kit.time.World;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/** Our own copy of which image every reference means, so that no other service is asked when a container is made. */
@Singleton
public class Images {
    private static final String FIND = "select cast(i.image as text), (select rules from image_rules),"
            + " (select v.verdicts from image_verdicts v where v.ref = i.repository || '@' || i.digest) from ";
    private final ContainerTransactions transactions;
    private final World world;
    private final List<CompletableFuture<Void>> waiting = new CopyOnWriteArrayList<>();

    @Inject
    Images(ContainerTransactions transactions, World world) {
        this.transactions = transactions;
        this.world = world;
    }

    /** An image, and what the rules say of it as far as they are known here. */
    public record Found(ResolvedImage image, ImageAdmission admission) {
        boolean judged() {
            return !(admission instanceof ImageAdmission.Unjudged);
        }
    }

    /**
     * Empty if image-service hasn't said anything of it within {@code patience}.
     *
     * @param forVerdict how long what is known is waited for to be judged; after that it comes unjudged
     */
    public Uni<Optional<Found>> resolve(ImageRef reference, Duration patience, Duration forVerdict) {
        return await(reference, _ -> true)
                .ifNoItem()
                .after(patience)
                .recoverWithItem(Optional.empty())
                .chain(found -> found.map(Found::judged).orElse(true)
                        ? Uni.createFrom().item(found)
                        : await(reference, Found::judged).ifNoItem().after(forVerdict).recoverWithItem(found));
    }

    private Uni<Optional<Found>> await(ImageRef reference, Predicate<Found> enough) {
        return Uni.createFrom().deferred(() -> {
            Context context = Vertx.currentContext();
            CompletableFuture<Void> news = new CompletableFuture<>();
            waiting.add(news);
            return find(reference)
                    .chain(found -> found.filter(enough).isPresent()
                            ? Uni.createFrom().item(found)
                            : Uni.createFrom()
                                    .completionStage(news)
                                    .emitOn(work -> context.runOnContext(_ -> work.run()))
                                    .chain(() -> await(reference, enough)))
                    .onTermination()
                    .invoke(() -> waiting.remove(news));
        });
    }

    /** All in one: what the rules say is known by the same look. */
    private Uni<Optional<Found>> find(ImageRef reference) {
        String which = reference.digest().isPresent() ? "manifests i where i.repository = :repository and i.digest = :key" : "tags i where i.repository = :repository and i.reference = :key";
        String key = reference.digest().map(Digest::value).orElseGet(() -> reference.tagged().orElseThrow());
        return transactions.read(session -> Look.at(FIND + which)
                .with("repository", reference.repository())
                .with("key", key)
                .row(session)
                .map(row -> Optional.ofNullable(row).map(known -> found(reference, known))));
    }

    private Found found(ImageRef reference, Object[] row) {
        ResolvedImage image = Json.read((String) row[0], ResolvedImage.class).withReference(reference);
        return new Found(image, ImageAdmission.of(reference.repository(), image.manifest(), RuleCopy.rules((String) row[1]), RuleCopy.verdicts((String) row[2]), world.now()));
    }

    /** Other rules: who waits for a verdict looks again. */
    public Uni<Void> apply(Transaction transaction, AdmissionEvent.RulesChanged event) {
        transaction.afterCommit(() -> waiting.forEach(news -> news.complete(null)));
        return RuleCopy.on(transaction, event);
    }

    public Uni<Void> apply(Transaction transaction, ImageEvent event) {
        transaction.afterCommit(() -> waiting.forEach(news -> news.complete(null)));
        String repository = event.reference().repository();
        return switch (event) {
            case ImageEvent.Stored(_, var image) -> manifest(transaction, repository, image);
            case ImageEvent.Tagged(var reference, var image, _) ->
                    manifest(transaction, repository, image)
                            .chain(() -> run(
                                    transaction,
                                    "insert into tags (reference, repository, digest, image)"
                                            + " values (:reference, :repository, :digest, cast(cast(:image as text) as jsonb))"
                                            + " on conflict (reference) do update set digest = excluded.digest, image = excluded.image",
                                    Map.of(
                                            "reference", reference.tagged().orElseThrow(),
                                            "repository", repository,
                                            "digest", image.manifest().value(),
                                            "image", Json.write(image))));
            case ImageEvent.Untagged(var reference, _) ->
                    run(
                            transaction,
                            "delete from tags where reference = :reference",
                            Map.of("reference", reference.tagged().orElseThrow()));
            case ImageEvent.Judged judged -> RuleCopy.on(transaction, judged);
            case ImageEvent.Deleted deleted ->
                    run(
                                    transaction,
                                    "delete from manifests where repository = :repository and digest = :digest",
                                    Map.of("repository", repository, "digest", deleted.manifest().value()))
                            .chain(() -> RuleCopy.on(transaction, deleted))
                            .chain(() -> run(
                                    transaction,
                                    "delete from tags where repository = :repository and digest = :digest",
                                    Map.of("repository", repository, "digest", deleted.manifest().value())));
            case ImageEvent.News _ -> Uni.createFrom().voidItem();
        };
    }

    private static Uni<Void> manifest(Transaction transaction, String repository, ResolvedImage image) {
        return run(
                transaction,
                "insert into manifests (repository, digest, image)"
                        + " values (:repository, :digest, cast(cast(:image as text) as jsonb)) on conflict do nothing",
                Map.of("repository", repository, "digest", image.manifest().value(), "image", Json.write(image)));
    }

    private static Uni<Void> run(Transaction transaction, String sql, Map<String, Object> parameters) {
        var query = transaction.session().createNativeQuery(sql);
        parameters.forEach(query::setParameter);
        return query.executeUpdate().replaceWithVoid();
    }
}
