package io.gantry.image.registry.store;

import io.gantry.contracts.unit.Digest;
import io.gantry.image.ImageTransactions;
import io.gantry.kit.time.World;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Which blobs can be had from which repository, and the uploads on their way there. */
@Singleton
public class RepositoryBlobs {
    private final ImageTransactions transactions;
    private final Manifests manifests;
    private final World world;

    @Inject
    RepositoryBlobs(ImageTransactions transactions, Manifests manifests, World world) {
        this.transactions = transactions;
        this.manifests = manifests;
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

    /** The blob, whose bytes are here, can be had from the repository from now on; ends {@code upload}, unless it is null. */
    public Uni<Void> link(String repository, Digest digest, long size, String upload) {
        return transactions.in(tx -> tx.session()
                .createNativeQuery("insert into repository_blob (ref, repository, digest, size, linked_at)"
                        + " values (:ref, :repository, :digest, :size, :now) on conflict do nothing")
                .setParameter("ref", Manifests.ref(repository, digest))
                .setParameter("repository", repository)
                .setParameter("digest", digest.value())
                .setParameter("size", size)
                .setParameter("now", world.now())
                .executeUpdate()
                .chain(() -> tx.session()
                        .createNativeQuery("delete from upload where id = cast(:id as text)")
                        .setParameter("id", upload)
                        .executeUpdate())
                .replaceWithVoid());
    }

    /** False if the repository doesn't have it; refused while a manifest there needs it. The bytes stay. */
    public Uni<Boolean> unlink(String repository, Digest digest) {
        return transactions.in(tx -> manifests.refuseIfNeeded(tx, repository, digest)
                .chain(() -> tx.session()
                        .createNativeQuery("delete from repository_blob where ref = :ref")
                        .setParameter("ref", Manifests.ref(repository, digest))
                        .executeUpdate())
                .map(count -> count > 0));
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
