package io.gantry.image.registry.store;

import io.gantry.contracts.unit.Digest;
import io.gantry.image.ImageTransactions;
import io.gantry.image.content.BlobReader;
import io.gantry.image.content.Sha512;
import io.gantry.image.registry.core.RegistryRefusal;
import io.gantry.image.registry.core.RegistryRefusal.Code;
import io.gantry.kit.outbox.Transaction;
import io.gantry.kit.time.World;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Which blobs can be had from which repository, and the uploads on their way there. */
@Singleton
public class RepositoryBlobs {
    /** Who asks again so soon has been heard. */
    static final Duration SAME_LOOK = Duration.ofSeconds(1);

    private final ImageTransactions transactions;
    private final Manifests manifests;
    private final BlobReader content;
    private final World world;

    @Inject
    RepositoryBlobs(ImageTransactions transactions, Manifests manifests, BlobReader content, World world) {
        this.transactions = transactions;
        this.manifests = manifests;
        this.content = content;
        this.world = world;
    }

    /** The sizes of those of {@code wanted} that the repository has. */
    public Uni<Map<Digest, Long>> sizes(String repository, List<Digest> wanted) {
        return transactions.read(session -> session.createNativeQuery(
                        "select digest, size from repository_blob where repository = :repository and digest in (:wanted)", Object[].class)
                .setParameter("repository", repository)
                .setParameter("wanted", wanted.stream().map(Digest::value).toList())
                .getResultList()
                .map(rows -> rows.stream()
                        .collect(Collectors.toMap(row -> new Digest((String) row[0]), row -> ((Number) row[1]).longValue()))));
    }

    /** As {@link #sizes} of one, for somebody who will rely on that it is here. */
    public Uni<Optional<Long>> look(String repository, Digest digest) {
        return transactions.in(tx -> tx.session()
                .createNativeQuery("update repository_blob set used_at = :now where ref = :ref and used_at < :before")
                .setParameter("now", world.now())
                .setParameter("before", world.now().minus(SAME_LOOK))
                .setParameter("ref", Manifests.ref(repository, digest))
                .executeUpdate()
                .chain(() -> tx.session()
                        .createNativeQuery("select size from repository_blob where ref = :ref", Long.class)
                        .setParameter("ref", Manifests.ref(repository, digest))
                        .getSingleResultOrNull())
                .map(Optional::ofNullable));
    }

    /**
     * The blob can be had from the repository from now on; ends {@code upload}, unless it is null. Fails with BLOB_UNKNOWN if its bytes aren't here, or not
     * any more.
     */
    public Uni<Void> link(String repository, Digest digest, long size, String upload) {
        return transactions.in(tx -> link(tx, repository, digest, size, upload));
    }

    /** As {@link #link(String, Digest, long, String)}; the blob is meant by {@code other}, too, from now on. */
    public Uni<Void> link(String repository, Digest digest, Sha512 other, long size, String upload) {
        return transactions.in(tx -> link(tx, repository, digest, size, upload).chain(() -> OtherNames.note(tx, other, digest, world.now())));
    }

    private Uni<Void> link(Transaction tx, String repository, Digest digest, long size, String upload) {
        return link(tx, repository, new TreeMap<>(Map.of(digest.value(), size))).chain(() -> upload == null
                ? Uni.createFrom().voidItem()
                : tx.session().createNativeQuery("delete from upload where id = :id").setParameter("id", upload).executeUpdate().replaceWithVoid());
    }

    /** As {@link #link} of each, all of them or none. @param sizes in bytes */
    public Uni<Void> link(String repository, Map<Digest, Long> sizes) {
        SortedMap<String, Long> sorted = new TreeMap<>();
        sizes.forEach((digest, size) -> sorted.put(digest.value(), size));
        return sorted.isEmpty() ? Uni.createFrom().voidItem() : transactions.in(tx -> link(tx, repository, sorted));
    }

    /** By order, so that of two who link the same blobs none waits for the other in a ring. */
    private Uni<Void> link(Transaction tx, String repository, SortedMap<String, Long> sizes) {
        return FileLock.shared(tx, sizes.keySet())
                .invoke(() -> sizes.keySet().stream().map(Digest::new).filter(digest -> content.size(digest).isEmpty()).findFirst().ifPresent(gone -> {
                    throw new RegistryRefusal(Code.BLOB_UNKNOWN, "the blob isn't here any more; send it again", gone);
                }))
                .chain(() -> tx.session()
                        .createNativeQuery("insert into repository_blob (ref, repository, digest, size, used_at)"
                                + " select cast(:repository as text) || '@' || digest, cast(:repository as text), digest, size, cast(:now as timestamptz)"
                                + " from unnest(string_to_array(cast(:digests as text), ','), cast(string_to_array(cast(:sizes as text), ',') as bigint[])) as blob (digest, size) order by digest"
                                + " on conflict (ref) do update set used_at = excluded.used_at")
                        .setParameter("repository", repository)
                        .setParameter("digests", String.join(",", sizes.keySet()))
                        .setParameter("sizes", sizes.values().stream().map(String::valueOf).collect(Collectors.joining(",")))
                        .setParameter("now", world.now())
                        .executeUpdate())
                .replaceWithVoid();
    }

    /** False if the repository doesn't have it; refused while a manifest there needs it. The bytes stay. */
    public Uni<Boolean> unlink(String repository, Digest digest) {
        return transactions.in(tx -> lock(tx, repository, digest)
                .chain(() -> manifests.refuseIfNeeded(tx, repository, digest))
                .chain(() -> tx.session()
                        .createNativeQuery("insert into released_blob (digest, at) values (:digest, :now) on conflict (digest) do update set at = excluded.at")
                        .setParameter("digest", digest.value())
                        .setParameter("now", world.now())
                        .executeUpdate())
                .chain(() -> tx.session()
                        .createNativeQuery("delete from repository_blob where ref = :ref")
                        .setParameter("ref", Manifests.ref(repository, digest))
                        .executeUpdate())
                .map(count -> count > 0));
    }

    /** No manifest comes to need it until the transaction has ended. When it was used last; {@code null} if it isn't there. */
    public static Uni<Instant> lock(Transaction tx, String repository, Digest digest) {
        return tx.session()
                .createNativeQuery("select used_at from repository_blob where ref = :ref for update", Instant.class)
                .setParameter("ref", Manifests.ref(repository, digest))
                .getSingleResultOrNull();
    }

    public Uni<Void> beginUpload(String id, String repository) {
        return transactions.in(tx -> tx.session()
                .createNativeQuery("insert into upload (id, repository, started_at) values (:id, :repository, :now)")
                .setParameter("id", id)
                .setParameter("repository", repository)
                .setParameter("now", world.now())
                .executeUpdate()
                .replaceWithVoid());
    }

    public Uni<Boolean> hasUpload(String id, String repository) {
        return transactions.read(session -> session.createNativeQuery(
                        "select id from upload where id = :id and repository = :repository", String.class)
                .setParameter("id", id)
                .setParameter("repository", repository)
                .getSingleResultOrNull()
                .map(found -> found != null));
    }

    public Uni<Void> endUpload(String id) {
        return transactions.in(tx -> tx.session()
                .createNativeQuery("delete from upload where id = :id")
                .setParameter("id", id)
                .executeUpdate()
                .replaceWithVoid());
    }

    /** Forgets the uploads begun before {@code limit} and says which. */
    public Uni<List<String>> forgetUploadsBefore(Instant limit) {
        return transactions.in(tx -> tx.session()
                .createNativeQuery("delete from upload where started_at < :limit returning id", String.class)
                .setParameter("limit", limit)
                .getResultList());
    }
}
