package io.gantry.image.sharing.store;

import io.gantry.image.ImageTransactions;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Collectors;

/** Sums of bytes by the name of their way. */
@Singleton
public class WireRows {
    private final ImageTransactions transactions;

    @Inject
    WireRows(ImageTransactions transactions) {
        this.transactions = transactions;
    }

    /** @param bytes by way; of what was never counted there is none */
    public record Counted(Instant since, Map<String, Long> bytes) {}

    public Uni<Void> add(String way, long bytes) {
        return transactions.in(tx -> tx.session()
                .createNativeQuery("insert into wire (way, bytes) values (:way, :bytes) on conflict (way) do update set bytes = wire.bytes + excluded.bytes")
                .setParameter("way", way)
                .setParameter("bytes", bytes)
                .executeUpdate()
                .replaceWithVoid());
    }

    public Uni<Counted> all() {
        return transactions.read(session -> session.createNativeQuery("select since from wire_since", Instant.class)
                .getSingleResult()
                .chain(since -> session.createNativeQuery("select way, bytes from wire", Object[].class)
                        .getResultList()
                        .map(rows -> new Counted(since, rows.stream().collect(Collectors.toMap(row -> (String) row[0], row -> ((Number) row[1]).longValue()))))));
    }
}
