package io.gantry.image.collect.store;

import io.gantry.image.ImageTransactions;
import io.gantry.image.collect.core.Inventory.Manifest;
import io.gantry.image.collect.core.Inventory.Place;
import io.gantry.contracts.unit.Digest;
import io.gantry.image.content.BlobWriter;
import io.gantry.image.registry.store.FileLock;
import io.gantry.image.registry.store.Manifests;
import io.gantry.image.registry.store.RepositoryBlobs;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;

/**
 * Removes one thing, if nothing leads to it still: looked at again behind a lock that whoever comes to need it takes, too, in a statement of its own, which
 * sees what was committed while the lock was waited for. A repository's link goes before the file, so that no link leads nowhere whenever the service is killed.
 */
@Singleton
public class Removal {
    private static final String LED_TO = "select count(*) from manifest m where m.ref = :ref and ("
            + "exists (select 1 from tag t where t.repository = m.repository and t.digest = m.digest)"
            + " or exists (select 1 from manifest_part p where p.repository = m.repository and p.part = m.digest)"
            + " or exists (select 1 from manifest s where s.repository = m.repository and s.digest in (m.subject, (select o.digest from other_name o where o.other = m.subject)))"
            + " or coalesce(m.let_go, cast(:since as timestamptz)) > cast(:since as timestamptz))";
    private static final String NEEDED = "select (select count(*) from repository_blob where digest = :digest) + (select count(*) from build_cache where blob = :digest)"
            + " + (select count(*) from released_blob where digest = :digest and at >= :before)";

    private final ImageTransactions transactions;
    private final Manifests manifests;
    private final BlobWriter content;

    @Inject
    Removal(ImageTransactions transactions, Manifests manifests, BlobWriter content) {
        this.transactions = transactions;
        this.manifests = manifests;
        this.content = content;
    }

    /**
     * @param since when nothing has led to it; if that is later by now, it stays
     * @return whether it went
     */
    public Uni<Boolean> manifest(Manifest manifest, Instant since) {
        Place place = manifest.place();
        return transactions.in(tx -> manifests.lock(tx, place.repository(), place.digest())
                .chain(there -> !there
                        ? Uni.createFrom().item(1L)
                        : tx.session()
                                .createNativeQuery(LED_TO, Long.class)
                                .setParameter("ref", place.toString())
                                .setParameter("since", since)
                                .getSingleResult())
                .chain(leading -> leading > 0 ? Uni.createFrom().item(false) : manifests.remove(tx, place.repository(), place.digest(), since).replaceWith(true)));
    }

    /** From then on the repository doesn't have the blob. */
    public Uni<Boolean> link(Place place, Instant before) {
        return transactions.in(tx -> RepositoryBlobs.lock(tx, place.repository(), place.digest()).chain(usedAt -> usedAt == null || !usedAt.isBefore(before)
                ? Uni.createFrom().item(false)
                : tx.session()
                        .createNativeQuery("delete from repository_blob where ref = :ref"
                                + " and not exists (select 1 from manifest_part where repository = :repository and part = :digest)")
                        .setParameter("ref", place.toString())
                        .setParameter("repository", place.repository())
                        .setParameter("digest", place.digest().value())
                        .executeUpdate()
                        .map(count -> count > 0)));
    }

    /** Takes the bytes out of their place. */
    public Uni<Boolean> file(Digest digest, Instant before) {
        return transactions.in(tx -> FileLock.alone(tx, digest)
                .chain(() -> tx.session()
                        .createNativeQuery(NEEDED, Long.class)
                        .setParameter("digest", digest.value())
                        .setParameter("before", before)
                        .getSingleResult())
                .chain(needs -> needs > 0 || !withdrawn(digest, before)
                        ? Uni.createFrom().item(false)
                        : tx.session()
                                .createNativeQuery("delete from released_blob where digest = :digest")
                                .setParameter("digest", digest.value())
                                .executeUpdate()
                                .replaceWith(true)));
    }

    /** A rename, no more: the bytes are freed by a thread that may wait. */
    private boolean withdrawn(Digest digest, Instant before) {
        try {
            return content.withdraw(digest, before).isPresent();
        } catch (IOException e) {
            throw new UncheckedIOException("taking blob " + digest + " away", e);
        }
    }
}
