package io.gantry.image.registry.store;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.event.ImageEvent;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.image.ImageTransactions;
import io.gantry.image.content.Sha512;
import io.gantry.image.registry.core.MediaTypes;
import io.gantry.image.registry.core.RegistryRefusal;
import io.gantry.image.registry.core.RegistryRefusal.Code;
import io.gantry.kit.outbox.Transaction;
import io.gantry.kit.time.World;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Manifests and tags, and the facts about them: each in the transaction that makes it true. */
@Singleton
public class Manifests {
    private static final String INSERT =
            "insert into manifest (ref, repository, digest, media_type, body, image_id, image, history, subject, other_names, artifact_type, stored_at)"
                    + " values (:ref, :repository, :digest, :type, :body, cast(:imageId as text), cast(:image as text),"
                    + " cast(:history as text), cast(:subject as text), cast(:otherNames as text), :artifactType, :now) on conflict do nothing";
    private static final String HOLD = "update manifest set let_go = case when let_go is null then null else cast(:now as timestamptz) end where ref = :ref";
    private static final String LET_GO =
            "update manifest set let_go = :now where ref = :ref"
                    + " and not exists (select 1 from tag t where t.repository = manifest.repository and t.digest = manifest.digest)";
    private static final String MOVE_TAG =
            "insert into tag (name, repository, tag, digest, moved_at) values (:name, :repository, :tag, :digest, :now)"
                    + " on conflict (name) do update set digest = excluded.digest, moved_at = excluded.moved_at";
    private final ImageTransactions transactions;
    private final World world;
    private final Event<ManifestsMoved> moved;

    @Inject
    Manifests(ImageTransactions transactions, World world, Event<ManifestsMoved> moved) {
        this.transactions = transactions;
        this.world = world;
        this.moved = moved;
    }

    /** Stores a manifest, new or known, and lets {@code tags} point to it. */
    public Uni<Void> store(NewManifest manifest, List<String> tags) {
        return transactions.in(tx -> {
            Uni<Void> all = store(tx, manifest);
            for (String tag : tags) {
                all = all.chain(() -> point(tx, manifest, tag));
            }
            return all;
        });
    }

    /** Stores a manifest, new or known, which is meant by {@code other}, too, from now on. */
    public Uni<Void> store(NewManifest manifest, Sha512 other) {
        return transactions.in(tx -> store(tx, manifest).chain(() -> OtherNames.note(tx, other, manifest.digest(), world.now())));
    }

    private Uni<Void> store(Transaction tx, NewManifest manifest) {
        tellMoved(tx);
        return holdParts(tx, manifest).chain(() -> hold(tx, manifest)).chain(there -> there ? complete(tx, manifest) : insert(tx, manifest));
    }

    public Uni<Optional<ManifestRow>> find(String repository, Digest digest) {
        return transactions.read(session -> session.find(ManifestRow.class, ref(repository, digest)).map(Optional::ofNullable));
    }

    public Uni<Optional<ManifestRow>> find(String repository, String tag) {
        return transactions.read(session -> session.find(TagRow.class, repository + ":" + tag)
                .chain(row -> row == null
                        ? Uni.createFrom().item(Optional.<ManifestRow>empty())
                        : session.find(ManifestRow.class, ref(repository, row.digest())).map(Optional::ofNullable)));
    }

    /** Every manifest, in any repository, that makes the image with this id; indexes before what they need. */
    public Uni<List<ManifestRow>> ofImage(Digest id) {
        return transactions.read(session -> session.createQuery(
                        "from ImageManifest where imageId = :id order by case when mediaType in :indexes then 0 else 1 end, ref",
                        ManifestRow.class)
                .setParameter("id", id.value())
                .setParameter("indexes", List.of(MediaTypes.OCI_INDEX, MediaTypes.DOCKER_LIST))
                .getResultList());
    }

    /** All images of a repository. */
    public Uni<List<ManifestRow>> images(String repository) {
        return transactions.read(session -> session.createQuery("from ImageManifest where repository = :repository and imageId is not null", ManifestRow.class)
                .setParameter("repository", repository)
                .getResultList());
    }

    /** The manifests of a repository that need a blob. */
    public Uni<List<ManifestRow>> needing(String repository, Digest blob) {
        return transactions.read(session -> session.createNativeQuery("select manifest from manifest_part where repository = :repository and part = :part", String.class)
                .setParameter("repository", repository)
                .setParameter("part", blob.value())
                .getResultList()
                .chain(refs -> refs.isEmpty()
                        ? Uni.createFrom().item(List.of())
                        : session.createQuery("from ImageManifest where ref in :refs", ManifestRow.class).setParameter("refs", refs).getResultList()));
    }

    /** The digests of {@code wanted} that the repository has as manifests. */
    public Uni<List<String>> known(String repository, List<Digest> wanted) {
        return transactions.read(session -> session.createQuery(
                        "select digest from ImageManifest where repository = :repository and digest in :wanted", String.class)
                .setParameter("repository", repository)
                .setParameter("wanted", wanted.stream().map(Digest::value).toList())
                .getResultList());
    }

    /** In order, at most {@code limit}, after {@code last}. */
    public Uni<List<String>> tags(String repository, String last, int limit) {
        return transactions.read(session -> session.createQuery(
                        "select tag from ImageTag where repository = :repository and tag > :last order by tag", String.class)
                .setParameter("repository", repository)
                .setParameter("last", last)
                .setMaxResults(limit)
                .getResultList());
    }

    public Uni<List<String>> repositories(String last, int limit) {
        return transactions.read(session -> session.createQuery(
                        "select distinct repository from ImageManifest where repository > :last order by repository", String.class)
                .setParameter("last", last)
                .setMaxResults(limit)
                .getResultList());
    }

    public Uni<Boolean> exists(String repository) {
        return transactions.read(session -> session.createQuery(
                        "select count(m) from ImageManifest m where m.repository = :repository", Long.class)
                .setParameter("repository", repository)
                .getSingleResult()
                .map(count -> count > 0));
    }

    /** What is about a manifest, by whichever of its digests. @param subject a digest, by sha512 if it isn't known what that means */
    public Uni<List<ManifestRow>> referrers(String repository, String subject) {
        return transactions.read(session -> session.createNativeQuery("select ref from manifest where repository = :repository and " + OtherNames.ABOUT, String.class)
                .setParameter("repository", repository)
                .setParameter("subject", subject)
                .getResultList()
                .chain(refs -> refs.isEmpty()
                        ? Uni.createFrom().item(List.of())
                        : session.createQuery("from ImageManifest where ref in :refs order by storedAt", ManifestRow.class).setParameter("refs", refs).getResultList()));
    }

    /** False if there is no such tag. What it pointed to stays. */
    public Uni<Boolean> untag(String repository, String tag) {
        return transactions.in(tx -> tx.session().find(TagRow.class, repository + ":" + tag).chain(row -> {
            if (row == null) {
                return Uni.createFrom().item(false);
            }
            return untag(tx, row).replaceWith(true);
        }));
    }

    /** False if it points to something else by now, or there is none. */
    public Uni<Boolean> untag(String repository, String tag, Digest expected) {
        return transactions.in(tx -> tx.session()
                .createNativeQuery("select digest from tag where name = :name for update", String.class)
                .setParameter("name", repository + ":" + tag)
                .getSingleResultOrNull()
                .chain(digest -> expected.value().equals(digest)
                        ? tx.session().find(TagRow.class, repository + ":" + tag).chain(row -> untag(tx, row)).replaceWith(true)
                        : Uni.createFrom().item(false)));
    }

    /** Removes a manifest with the tags that point to it. False if there is none; refused while an index needs it. */
    public Uni<Boolean> delete(String repository, Digest digest) {
        return transactions.in(tx -> lock(tx, repository, digest).chain(_ -> tx.session().find(ManifestRow.class, ref(repository, digest))).chain(row -> {
            if (row == null) {
                return Uni.createFrom().item(false);
            }
            return refuseIfNeeded(tx, repository, digest)
                    .chain(() -> tx.session()
                            .createQuery("from ImageTag where repository = :repository and digest = :digest", TagRow.class)
                            .setParameter("repository", repository)
                            .setParameter("digest", digest.value())
                            .getResultList())
                    .chain(tags -> {
                        Uni<Void> all = Uni.createFrom().voidItem();
                        for (TagRow tag : tags) {
                            all = all.chain(() -> untag(tx, tag));
                        }
                        return all;
                    })
                    .chain(() -> remove(tx, row, world.now()))
                    .replaceWith(true);
        }));
    }

    /**
     * Removes it, and notes of what it alone led to since when nothing does.
     *
     * @param since of manifests; blobs, which somebody may have begun to use by it, are let go now
     */
    public Uni<Void> remove(Transaction tx, String repository, Digest digest, Instant since) {
        return tx.session().find(ManifestRow.class, ref(repository, digest)).chain(row -> remove(tx, row, since));
    }

    private Uni<Void> remove(Transaction tx, ManifestRow row, Instant since) {
        tellMoved(tx);
        return tx.session()
                .createNativeQuery("update repository_blob set used_at = :now where repository = :repository"
                        + " and digest in (select part from manifest_part where manifest = :ref)")
                .setParameter("now", world.now())
                .setParameter("repository", row.repository)
                .setParameter("ref", row.ref)
                .executeUpdate()
                .chain(() -> tx.session()
                        .createNativeQuery("update manifest m set let_go = coalesce(let_go, cast(:since as timestamptz)) where repository = :repository"
                                + " and (" + OtherNames.ABOUT + " or digest in (select part from manifest_part where manifest = :ref))"
                                + " and not exists (select 1 from tag t where t.repository = m.repository and t.digest = m.digest)")
                        .setParameter("since", since)
                        .setParameter("repository", row.repository)
                        .setParameter("subject", row.digest)
                        .setParameter("ref", row.ref)
                        .executeUpdate())
                .chain(() -> tx.session().remove(row))
                .chain(() -> row.image == null ? Uni.createFrom().voidItem() : tx.publish(deleted(row.repository(), row.digest())));
    }

    /** Nobody names, needs or removes it until the transaction has ended. False if there is none. */
    public Uni<Boolean> lock(Transaction tx, String repository, Digest digest) {
        return tx.session()
                .createNativeQuery("select ref from manifest where ref = :ref for update", String.class)
                .setParameter("ref", ref(repository, digest))
                .getSingleResultOrNull()
                .map(found -> found != null);
    }

    /** Somebody asks whether it is here, and may rely on that. */
    public Uni<Void> look(String repository, Digest digest) {
        return transactions.in(tx -> tx.session()
                .createNativeQuery("update manifest set let_go = :now where ref = :ref and let_go < :before")
                .setParameter("now", world.now())
                .setParameter("before", world.now().minus(RepositoryBlobs.SAME_LOOK))
                .setParameter("ref", ref(repository, digest))
                .executeUpdate()
                .replaceWithVoid());
    }

    /**
     * It was found to be what is meant, and stays with all that it needs; {@code news} tell of that.
     *
     * @param tag by which it was meant, if it was by one
     * @return false, and nothing is told, if it has gone, or the tag has moved on
     */
    public Uni<Boolean> stay(String repository, Digest digest, Optional<String> tag, ImageEvent.News news) {
        return transactions.in(tx -> tx.session()
                .createNativeQuery(HOLD + " and (cast(:tag as text) is null or exists (select 1 from tag t where t.name = cast(:tag as text) and t.digest = manifest.digest))")
                .setParameter("now", world.now())
                .setParameter("ref", ref(repository, digest))
                .setParameter("tag", tag.map(one -> repository + ":" + one).orElse(null))
                .executeUpdate()
                .chain(count -> count == 0 ? Uni.createFrom().item(false) : tx.publish(news).replaceWith(true)));
    }

    /**
     * It was made again, as it is here, and stays with all that it needs.
     *
     * @return false if it has gone, or one of {@code tags} means another or none
     */
    public Uni<Boolean> stay(String repository, Digest digest, List<String> tags) {
        return transactions.in(tx -> tx.session()
                .createNativeQuery(HOLD + " and (select count(*) from tag t where t.name in (:names) and t.digest = manifest.digest) = :count")
                .setParameter("now", world.now())
                .setParameter("ref", ref(repository, digest))
                // none has no name
                .setParameter("names", tags.isEmpty() ? List.of("") : tags.stream().distinct().map(tag -> repository + ":" + tag).toList())
                .setParameter("count", tags.stream().distinct().count())
                .executeUpdate()
                .map(count -> count > 0));
    }

    /** What it needs stays until the transaction has ended, and from then on for its sake. */
    private static Uni<Void> holdParts(Transaction tx, NewManifest manifest) {
        if (manifest.needed().isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        String table = MediaTypes.isIndex(manifest.document().mediaType()) ? "manifest" : "repository_blob";
        return tx.session()
                .createNativeQuery("select digest from " + table + " where ref in (:refs) order by ref for key share", String.class)
                .setParameter("refs", manifest.needed().stream().map(part -> ref(manifest.repository(), part)).toList())
                .getResultList()
                .invoke(here -> manifest.needed().stream().filter(part -> !here.contains(part.value())).findFirst().ifPresent(missing -> {
                    throw new RegistryRefusal(Code.MANIFEST_BLOB_UNKNOWN, manifest.repository() + " lacks something that the manifest needs", missing);
                }))
                .replaceWithVoid();
    }

    /** Nobody removes it any more. False if it isn't there, or is just being removed. */
    private Uni<Boolean> hold(Transaction tx, NewManifest manifest) {
        return tx.session()
                .createNativeQuery(HOLD)
                .setParameter("now", world.now())
                .setParameter("ref", ref(manifest.repository(), manifest.digest()))
                .executeUpdate()
                .map(count -> count > 0);
    }

    /** One that came before a layer of its image, which may lie elsewhere, is an image once that is here. */
    private static Uni<Void> complete(Transaction tx, NewManifest manifest) {
        return manifest.image().isEmpty()
                ? Uni.createFrom().voidItem()
                : tx.session()
                        .createNativeQuery("update manifest set image_id = :imageId, image = :image, history = :history where ref = :ref and image_id is null")
                        .setParameter("imageId", manifest.image().get().id().value())
                        .setParameter("image", Json.write(manifest.image().get()))
                        .setParameter("history", Json.write(manifest.history()))
                        .setParameter("ref", ref(manifest.repository(), manifest.digest()))
                        .executeUpdate()
                        .chain(count -> count == 0 ? Uni.createFrom().voidItem() : needed(tx, manifest).chain(() -> stored(tx, manifest)));
    }

    /** Refuses when a manifest of the repository needs {@code part}. */
    Uni<Void> refuseIfNeeded(Transaction tx, String repository, Digest part) {
        return tx.session()
                .createNativeQuery("select manifest from manifest_part where repository = :repository and part = :part limit 1", String.class)
                .setParameter("repository", repository)
                .setParameter("part", part.value())
                .getSingleResultOrNull()
                .invoke(needing -> {
                    if (needing != null) {
                        throw new RegistryRefusal(Code.UNSUPPORTED, "it is needed by " + needing + "; delete that first", part);
                    }
                })
                .replaceWithVoid();
    }

    private Uni<Void> insert(Transaction tx, NewManifest manifest) {
        return tx.session()
                .createNativeQuery(INSERT)
                .setParameter("ref", ref(manifest.repository(), manifest.digest()))
                .setParameter("repository", manifest.repository())
                .setParameter("digest", manifest.digest().value())
                .setParameter("type", manifest.document().mediaType())
                .setParameter("body", manifest.body())
                .setParameter("imageId", manifest.image().map(image -> image.id().value()).orElse(null))
                .setParameter("image", manifest.image().map(Json::write).orElse(null))
                .setParameter("history", Json.write(manifest.history()))
                .setParameter("subject", manifest.document().subject().orElse(null))
                .setParameter("otherNames", manifest.otherNames().isEmpty() ? null : Json.write(manifest.otherNames()))
                .setParameter("artifactType", manifest.document().artifactType())
                .setParameter("now", world.now())
                .executeUpdate()
                // another has pushed it at the same time: it is new, so that nobody removes it
                .chain(inserted -> inserted == 0 ? hold(tx, manifest).replaceWithVoid() : inserted(tx, manifest));
    }

    private static Uni<Void> inserted(Transaction tx, NewManifest manifest) {
        return needed(tx, manifest).chain(() -> manifest.image().isEmpty() ? Uni.createFrom().voidItem() : stored(tx, manifest));
    }

    /** What it needs stays. */
    private static Uni<Void> needed(Transaction tx, NewManifest manifest) {
        Uni<Void> all = Uni.createFrom().voidItem();
        for (Digest part : manifest.document().parts()) {
            all = all.chain(() -> tx.session()
                    .createNativeQuery("insert into manifest_part (manifest, repository, part) values (:manifest, :repository, :part) on conflict do nothing")
                    .setParameter("manifest", ref(manifest.repository(), manifest.digest()))
                    .setParameter("repository", manifest.repository())
                    .setParameter("part", part.value())
                    .executeUpdate()
                    .replaceWithVoid());
        }
        return all;
    }

    private static Uni<Void> stored(Transaction tx, NewManifest manifest) {
        ImageRef reference = new ImageRef(manifest.repository(), Optional.empty(), Optional.of(manifest.digest()));
        return tx.publish(new ImageEvent.Stored(reference, manifest.image().get().withReference(reference)));
    }

    private Uni<Void> point(Transaction tx, NewManifest manifest, String tag) {
        String name = manifest.repository() + ":" + tag;
        return tx.session()
                .createNativeQuery("select digest from tag where name = :name for update", String.class)
                .setParameter("name", name)
                .getSingleResultOrNull()
                .chain(previous -> {
                    if (manifest.digest().value().equals(previous)) {
                        return Uni.createFrom().voidItem();
                    }
                    return tx.session()
                            .createNativeQuery(MOVE_TAG)
                            .setParameter("name", name)
                            .setParameter("repository", manifest.repository())
                            .setParameter("tag", tag)
                            .setParameter("digest", manifest.digest().value())
                            .setParameter("now", world.now())
                            .executeUpdate()
                            .chain(() -> tx.session()
                                    .createNativeQuery("update manifest set let_go = null where ref = :ref and let_go is not null")
                                    .setParameter("ref", ref(manifest.repository(), manifest.digest()))
                                    .executeUpdate())
                            .chain(() -> previous == null ? Uni.createFrom().item(0) : letGo(tx, manifest.repository() + "@" + previous))
                            .chain(() -> tagged(tx, manifest, ImageRef.parse(name), previous));
                });
    }

    private static Uni<Void> tagged(Transaction tx, NewManifest manifest, ImageRef reference, String previous) {
        return manifest.image().isEmpty()
                ? Uni.createFrom().voidItem()
                : tx.publish(new ImageEvent.Tagged(
                        reference,
                        manifest.image().get().withReference(reference),
                        previous == null ? null : new Digest(previous)));
    }

    private Uni<Integer> letGo(Transaction tx, String ref) {
        return tx.session().createNativeQuery(LET_GO).setParameter("now", world.now()).setParameter("ref", ref).executeUpdate();
    }

    private Uni<Void> untag(Transaction tx, TagRow row) {
        tellMoved(tx);
        return tx.session()
                .createNativeQuery("delete from tag where name = :name")
                .setParameter("name", row.name)
                .executeUpdate()
                .chain(() -> letGo(tx, row.repository() + "@" + row.digest()))
                .chain(() -> tx.publish(new ImageEvent.Untagged(ImageRef.parse(row.name), row.digest())));
    }

    private void tellMoved(Transaction tx) {
        tx.afterCommit(() -> moved.fire(new ManifestsMoved()));
    }

    private static ImageEvent deleted(String repository, Digest digest) {
        return new ImageEvent.Deleted(new ImageRef(repository, Optional.empty(), Optional.of(digest)), digest);
    }

    static String ref(String repository, Digest digest) {
        return repository + "@" + digest;
    }
}
