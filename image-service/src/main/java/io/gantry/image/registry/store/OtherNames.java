package io.gantry.image.registry.store;

import io.gantry.contracts.unit.Digest;
import io.gantry.image.ImageTransactions;
import io.gantry.image.content.Sha512;
import io.gantry.kit.outbox.Look;
import io.gantry.kit.outbox.Transaction;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;

/** Which bytes are meant by sha512. Says nothing of whether they are here, and in which repository. */
@Singleton
public class OtherNames {
    /** A manifest whose subject is {@code :subject}, or is written there by another name. */
    static final String ABOUT = "subject = any (array(select other from other_name where digest = :subject) || cast(:subject as text))";

    private final ImageTransactions transactions;

    @Inject
    OtherNames(ImageTransactions transactions) {
        this.transactions = transactions;
    }

    /** Of those that were pushed by that name. */
    public Uni<Map<String, Digest>> meant(Collection<Sha512> others) {
        return others.isEmpty()
                ? Uni.createFrom().item(Map.of())
                : transactions.read(session -> Look.at("select other, digest from other_name where other = any (:others)")
                        .with("others", others.stream().map(Sha512::value).toArray(String[]::new))
                        .rows(session)
                        .map(rows -> rows.stream().collect(Collectors.toMap(row -> (String) row[0], row -> new Digest((String) row[1])))));
    }

    static Uni<Void> note(Transaction tx, Sha512 other, Digest digest, Instant now) {
        return tx.session()
                .createNativeQuery("insert into other_name (other, digest, named_at) values (:other, :digest, :now) on conflict (other) do update set named_at = excluded.named_at")
                .setParameter("other", other.value())
                .setParameter("digest", digest.value())
                .setParameter("now", now)
                .executeUpdate()
                .replaceWithVoid();
    }

    /** Of what no repository has any more. @param before pushed by it at that time or later: it may just be on its way */
    public Uni<Void> forget(Instant before) {
        return transactions.in(tx -> tx.session()
                .createNativeQuery("delete from other_name o where named_at < :before"
                        + " and not exists (select 1 from repository_blob b where b.digest = o.digest) and not exists (select 1 from manifest m where m.digest = o.digest)")
                .setParameter("before", before)
                .executeUpdate()
                .replaceWithVoid());
    }
}
