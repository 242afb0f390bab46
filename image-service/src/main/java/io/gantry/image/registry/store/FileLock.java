package io.gantry.image.registry.store;

import io.gantry.contracts.unit.Digest;
import io.gantry.kit.outbox.Transaction;
import io.smallrye.mutiny.Uni;

/**
 * Between those who come to need a blob's file and whoever removes it, until the transaction has ended. There may be no row yet that could be locked, so that
 * PostgreSQL's advisory locks do it (PostgreSQL manual, 13.3.5); two digests with one key wait for each other in vain, no more.
 */
public final class FileLock {
    private FileLock() {}

    static Uni<Void> shared(Transaction tx, Digest digest) {
        return take(tx, "pg_advisory_xact_lock_shared", digest);
    }

    public static Uni<Void> alone(Transaction tx, Digest digest) {
        return take(tx, "pg_advisory_xact_lock", digest);
    }

    private static Uni<Void> take(Transaction tx, String function, Digest digest) {
        return tx.session()
                .createNativeQuery("select cast(" + function + "(hashtextextended(:digest, 0)) as text)", String.class)
                .setParameter("digest", digest.value())
                .getSingleResultOrNull()
                .replaceWithVoid();
    }
}
