package io.gantry.image.build.store;

import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.Digest;
import io.gantry.image.ImageTransactions;
import io.gantry.image.content.BlobReader;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;

/** Layers by what they were made of. An entry whose blob is gone is none. */
@Singleton
public class BuildCache {
    /** @param created when the layer was made first */
    public record Entry(ResolvedImage.Layer layer, Instant created) {}

    private final ImageTransactions transactions;
    private final BlobReader blobs;

    @Inject
    BuildCache(ImageTransactions transactions, BlobReader blobs) {
        this.transactions = transactions;
        this.blobs = blobs;
    }

    public Uni<Optional<Entry>> find(Digest key) {
        return transactions.read(session -> session.createNativeQuery(
                        "select diff_id, blob, size, media_type, created from build_cache where key = :key", Object[].class)
                .setParameter("key", key.value())
                .getSingleResultOrNull()
                .map(row -> Optional.ofNullable(row)
                        .map(r -> new Entry(
                                new ResolvedImage.Layer(
                                        new Digest((String) r[0]), new Digest((String) r[1]), new Bytes(((Number) r[2]).longValue()), (String) r[3]),
                                instant(r[4])))
                        .filter(entry -> blobs.size(entry.layer().blob()).isPresent())));
    }

    public Uni<Void> put(Digest key, Entry entry) {
        return transactions.in(tx -> tx.session()
                .createNativeQuery("insert into build_cache (key, diff_id, blob, size, media_type, created)"
                        + " values (:key, :diffId, :blob, :size, :type, :created) on conflict (key) do update set"
                        + " diff_id = excluded.diff_id, blob = excluded.blob, size = excluded.size,"
                        + " media_type = excluded.media_type, created = excluded.created")
                .setParameter("key", key.value())
                .setParameter("diffId", entry.layer().diffId().value())
                .setParameter("blob", entry.layer().blob().value())
                .setParameter("size", entry.layer().size().value())
                .setParameter("type", entry.layer().mediaType())
                .setParameter("created", entry.created())
                .executeUpdate()
                .replaceWithVoid());
    }

    /** Builds make them again. @return the keys of what is forgotten */
    public Uni<List<Digest>> forget(Instant before) {
        return transactions.in(tx -> tx.session()
                .createNativeQuery("delete from build_cache where created < :before returning key", String.class)
                .setParameter("before", before)
                .getResultList()
                .map(keys -> keys.stream().map(Digest::new).toList()));
    }

    private static Instant instant(Object value) {
        return value instanceof Instant instant ? instant : ((OffsetDateTime) value).toInstant();
    }
}
