package io.gantry.image.build.store;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.spec.Scope;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.Digest;
import io.gantry.image.ImageTransactions;
import io.gantry.image.build.core.CacheRecords.Kept;
import io.gantry.image.build.core.Ingredients;
import io.gantry.image.content.BlobReader;
import io.gantry.image.content.BlobWriter;
import io.gantry.kit.outbox.Look;
import io.gantry.kit.time.SqlTime;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Layers by what they were made of. */
@Singleton
public class BuildCache {
    /** Of steps like one, so many are held against it. */
    private static final int ALIKE = 8;

    private final ImageTransactions transactions;
    private final BlobReader blobs;

    @Inject
    BuildCache(ImageTransactions transactions, BlobReader blobs) {
        this.transactions = transactions;
        this.blobs = blobs;
    }

    /** One whose blob is gone is none. */
    public Uni<Optional<Kept>> find(Digest key) {
        return find(List.of(key)).map(found -> Optional.ofNullable(found.get(key)).filter(this::isHere));
    }

    /** As they were written down: whether their blobs are still here is to be asked of each, see {@link #isHere}. */
    public Uni<Map<Digest, Kept>> find(Collection<Digest> keys) {
        return transactions.read(session -> Look.at("select key, diff_id, blob, size, media_type, created from build_cache where key = any (:keys)")
                .with("keys", keys.stream().map(Digest::value).toArray(String[]::new))
                .rows(session)
                .map(rows -> rows.stream().collect(Collectors.toMap(
                        row -> new Digest((String) row[0]),
                        row -> new Kept(
                                new ResolvedImage.Layer(new Digest((String) row[1]), new Digest((String) row[2]), new Bytes(((Number) row[3]).longValue()), (String) row[4]),
                                SqlTime.instant(row[5]))))));
    }

    public boolean isHere(Kept kept) {
        return blobs.size(kept.layer().blob()).isPresent();
    }

    /** A layer that is no instruction's. */
    public Uni<Void> put(Digest key, Kept kept) {
        return put(key, kept, null, null, null);
    }

    /** @param scope of the build: what its layers are made of is told to builds within it alone */
    public Uni<Void> put(Digest key, Kept kept, Ingredients ingredients, Optional<Scope> scope) {
        return put(key, kept, place(scope, ingredients.instruction()), place(scope, ingredients.below()), PackedText.pack(Json.write(ingredients)));
    }

    private Uni<Void> put(Digest key, Kept kept, String instruction, String below, byte[] ingredients) {
        return transactions.in(tx -> tx.session()
                .createNativeQuery("insert into build_cache (key, diff_id, blob, size, media_type, created, instruction, below, ingredients)"
                        + " values (:key, :diffId, :blob, :size, :type, :created, :instruction, :below, :ingredients) on conflict (key) do update set"
                        + " diff_id = excluded.diff_id, blob = excluded.blob, size = excluded.size, media_type = excluded.media_type, created = excluded.created,"
                        + " instruction = excluded.instruction, below = excluded.below, ingredients = excluded.ingredients")
                .setParameter("key", key.value())
                .setParameter("diffId", kept.layer().diffId().value())
                .setParameter("blob", kept.layer().blob().value())
                .setParameter("size", kept.layer().size().value())
                .setParameter("type", kept.layer().mediaType())
                .setParameter("created", kept.created())
                .setParameter("instruction", instruction)
                .setParameter("below", below)
                .setParameter("ingredients", ingredients)
                .executeUpdate()
                .replaceWithVoid());
    }

    /** What is known of steps with the same instruction, or on the same layers, of builds within the same scope; the newest first. */
    public Uni<List<Ingredients>> alike(Ingredients one, Optional<Scope> scope) {
        return transactions.read(session -> session.createNativeQuery(
                        "(select ingredients, created from build_cache where instruction = :instruction order by created desc limit " + ALIKE + ") union all"
                                + " (select ingredients, created from build_cache where below = :below order by created desc limit " + ALIKE + ") order by created desc",
                        Object[].class)
                .setParameter("instruction", place(scope, one.instruction()))
                .setParameter("below", place(scope, one.below()))
                .getResultList()
                .map(rows -> rows.stream().map(row -> Json.read(PackedText.unpack((byte[]) row[0]), Ingredients.class)).toList()));
    }

    private static String place(Optional<Scope> scope, String what) {
        return BlobWriter.digestOf((scope.map(Scope::toString).orElse("") + "\n" + what).getBytes(StandardCharsets.UTF_8)).hex();
    }

    /** Builds make them again. @return the keys of what is forgotten */
    public Uni<List<Digest>> forget(Instant before) {
        return transactions.in(tx -> tx.session()
                .createNativeQuery("delete from build_cache where created < :before returning key", String.class)
                .setParameter("before", before)
                .getResultList()
                .map(keys -> keys.stream().map(Digest::new).toList()));
    }
}
