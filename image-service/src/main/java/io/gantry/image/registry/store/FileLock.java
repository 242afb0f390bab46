package io.gantry.image.registry.store;

import io.gantry.contracts.unit.Digest;
import io.gantry.kit.outbox.Transaction;
import io.smallrye.mutiny.Uni;
import java.util.Collection;
import java.util.List;

/**
 * Between those who come to need a blob's file and whoever removes it, until the transaction has ended. There may be no row yet that could be locked, so that
 * PostgreSQL's advisory locks do it (PostgreSQL manual, 13.3.5); two digests with one key wait for each other in vain, no more.
 */
public final class FileLock {
    private FileLock() {}

    /** @param digests in their order */
    static Uni<Void> shared(Transaction tx, Collection<String> digests) {
        return take(tx, "pg_advisory_xact_lock_shared", digests);
    }

    public static Uni<Void> alone(Transaction tx, Digest digest) {
        return take(tx, "pg_advisory_xact_lock", List.of(digest.value()));
    }

    private static Uni<Void> take(Transaction tx, String function, Collection<String> digests) {
        return tx.session()
                .createNativeQuery("select count(cast(" + function + "(hashtextextended(digest, 0)) as text)) from unnest(string_to_array(cast(:digests as text), ',')) as file (digest)", Long.class)
                .setParameter("digests", String.join(",", digests))
                .getSingleResult()
                .replaceWithVoid();
    }
}
