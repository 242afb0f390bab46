package io.gantry.container.lifecycle.store;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.event.ImageEvent;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.kit.outbox.Transaction;
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

/** Our own copy of which image every reference means, so that no other service is asked when a container is made. */
@Singleton
public class Images {
    private final ContainerTransactions transactions;
    private final List<CompletableFuture<Void>> waiting = new CopyOnWriteArrayList<>();

    @Inject
    Images(ContainerTransactions transactions) {
        this.transactions = transactions;
    }

    /** Empty if image-service hasn't said anything of it within {@code patience}. */
    public Uni<Optional<ResolvedImage>> resolve(ImageRef reference, Duration patience) {
        return await(reference)
                .ifNoItem()
                .after(patience)
                .recoverWithItem(Optional.empty());
    }

    private Uni<Optional<ResolvedImage>> await(ImageRef reference) {
        return Uni.createFrom().deferred(() -> {
            Context context = Vertx.currentContext();
            CompletableFuture<Void> news = new CompletableFuture<>();
            waiting.add(news);
            return find(reference)
                    .chain(found -> found.isPresent()
                            ? Uni.createFrom().item(found)
                            : Uni.createFrom()
                                    .completionStage(news)
                                    .emitOn(work -> context.runOnContext(_ -> work.run()))
                                    .chain(() -> await(reference)))
                    .onTermination()
                    .invoke(() -> waiting.remove(news));
        });
    }

    private Uni<Optional<ResolvedImage>> find(ImageRef reference) {
        String sql = reference.digest().isPresent()
                ? "select cast(image as text) from manifests where repository = :repository and digest = :key"
                : "select cast(image as text) from tags where repository = :repository and reference = :key";
        String key = reference.digest().map(Digest::value).orElseGet(() -> reference.tagged().orElseThrow());
        return transactions.read(session -> session.createNativeQuery(sql, String.class)
                .setParameter("repository", reference.repository())
                .setParameter("key", key)
                .getSingleResultOrNull()
                .map(json -> Optional.ofNullable(json)
                        .map(text -> Json.read(text, ResolvedImage.class).withReference(reference))));
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
            case ImageEvent.Deleted(_, var digest) ->
                    run(
                                    transaction,
                                    "delete from manifests where repository = :repository and digest = :digest",
                                    Map.of("repository", repository, "digest", digest.value()))
                            .chain(() -> run(
                                    transaction,
                                    "delete from tags where repository = :repository and digest = :digest",
                                    Map.of("repository", repository, "digest", digest.value())));
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
