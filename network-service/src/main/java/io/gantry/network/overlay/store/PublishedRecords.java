package io.gantry.network.overlay.store;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.id.NetworkId;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.StateKey;
import io.gantry.kit.outbox.Transaction;
import io.gantry.kit.outbox.Write;
import io.gantry.network.Turn;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The desired records as they were published last; what changes here goes out with the same transaction, and is written in its end. */
final class PublishedRecords {
    private static final int ROWS_A_STATEMENT = 100;

    record Published(long epoch, String body) {}

    private record Row(StateKey key, long version, long epoch, Desired body) {}

    private PublishedRecords() {}

    /** By their keys. */
    static Uni<Map<String, Published>> ofNetwork(Transaction transaction, NetworkId network) {
        return select(transaction, "network = :value", network.value());
    }

    /** On all nodes, those whose key ends so. */
    static Uni<Map<String, Published>> named(Transaction transaction, String record) {
        return select(transaction, "record = :value", record);
    }

    private static Uni<Map<String, Published>> select(Transaction transaction, String where, String value) {
        return transaction.flush()
                .chain(() -> transaction.session()
                        .createNativeQuery("select key, epoch, body from desired where " + where, Object[].class)
                        .setParameter("value", value)
                        .getResultList())
                .map(rows -> rows.stream().collect(Collectors.toMap(
                        row -> (String) row[0], row -> new Published(((Number) row[1]).longValue(), (String) row[2]))));
    }

    /** In the order of {@code keys}, with a version above all before. */
    static Uni<Void> put(
            Transaction transaction, NetworkId network, List<StateKey> keys, Map<StateKey, Desired> bodies, Map<NodeId, Long> epochs) {
        if (keys.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        return version(transaction).chain(version -> {
            List<Row> rows = keys.stream().map(key -> new Row(key, version, epochs.get(key.node()), bodies.get(key))).toList();
            for (int from = 0; from < rows.size(); from += ROWS_A_STATEMENT) {
                putTogether(transaction, network, rows.subList(from, Math.min(rows.size(), from + ROWS_A_STATEMENT)));
            }
            return Multi.createFrom().iterable(rows)
                    .onItem().transformToUniAndConcatenate(row -> transaction.desire(row.key(), row.version(), row.epoch(), row.body()))
                    .collect().last()
                    .replaceWithVoid();
        });
    }

    private static Uni<Long> version(Transaction transaction) {
        OptionalLong next = Turn.of(transaction).useNext();
        return next.isPresent()
                ? Uni.createFrom().item(next.getAsLong())
                : transaction.session().createNativeQuery("select nextval('desired_version')", Long.class).getSingleResult();
    }

    private static void putTogether(Transaction transaction, NetworkId network, List<Row> rows) {
        String values = IntStream.range(0, rows.size())
                .mapToObj("(:key%1$d, :node%1$d, :network, :record%1$d, :epoch%1$d, :body%1$d)"::formatted)
                .collect(Collectors.joining(", "));
        Write insert = Write.of("insert into desired (key, node, network, record, epoch, body) values " + values
                        + " on conflict (key) do update set network = excluded.network, epoch = excluded.epoch, body = excluded.body")
                .with("network", network.value());
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            insert.with("key" + i, row.key().toString())
                    .with("node" + i, row.key().node().value())
                    .with("record" + i, row.key().id())
                    .with("epoch" + i, row.epoch())
                    .with("body" + i, Json.write(row.body()));
        }
        transaction.write(insert);
    }

    static Uni<Void> drop(Transaction transaction, List<StateKey> gone) {
        if (gone.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        transaction.write(Write.of("delete from desired where key = any (:keys)").with("keys", gone.stream().map(StateKey::toString).toArray(String[]::new)));
        return Multi.createFrom().iterable(gone)
                .onItem().transformToUniAndConcatenate(transaction::forget)
                .collect().last()
                .replaceWithVoid();
    }
}
