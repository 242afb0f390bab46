package io.gantry.container.kept.store;

import com.fasterxml.jackson.core.type.TypeReference;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.KeptId;
import io.gantry.kit.outbox.Transaction;
import io.gantry.kit.time.SqlTime;
import io.smallrye.mutiny.Uni;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** Rows of secrets and configs and of their uses, each call a statement. */
final class KeptRows {
    static final String COLUMNS = "k.id, k.project, k.kind, k.name, cast(k.labels as text), k.version, k.size, k.key, k.content, k.created_at, k.changed_at";
    private static final TypeReference<Map<String, String>> LABELS = new TypeReference<>() {};

    private KeptRows() {}

    /**
     * @param key {@code null} if the content isn't sealed
     * @param content in base64
     */
    record Row(
            KeptId id, String project, String kind, String name, Map<String, String> labels, long version, int size, String key, String content, Instant createdAt, Instant changedAt) {
        /** What is kept in one place can't pass for what is kept in another, nor an older content for a newer. */
        String place() {
            return place(id, version);
        }

        static String place(KeptId id, long version) {
            return id + "/" + version;
        }
    }

    /** Until the transaction ends nobody removes it. */
    static Uni<Optional<Row>> hold(Transaction tx, String project, String kind, String name) {
        return tx.session()
                .createNativeQuery("select " + COLUMNS + " from kept k where k.project = :project and k.kind = :kind and k.name = :name for share", Object[].class)
                .setParameter("project", project)
                .setParameter("kind", kind)
                .setParameter("name", name)
                .getResultList()
                .map(rows -> rows.stream().findFirst().map(KeptRows::read));
    }

    static Uni<Void> use(Transaction tx, KeptId kept, ContainerId container) {
        return tx.session()
                .createNativeQuery("insert into kept_uses (kept, container) values (:kept, :container) on conflict do nothing")
                .setParameter("kept", kept.value())
                .setParameter("container", container.value())
                .executeUpdate()
                .replaceWithVoid();
    }

    static Uni<Void> release(Transaction tx, ContainerId container) {
        return tx.session()
                .createNativeQuery("delete from kept_uses where container = :container")
                .setParameter("container", container.value())
                .executeUpdate()
                .replaceWithVoid();
    }

    static Row read(Object[] row) {
        try {
            return new Row(
                    new KeptId((String) row[0]), (String) row[1], (String) row[2], (String) row[3], Json.mapper().readValue((String) row[4], LABELS),
                    ((Number) row[5]).longValue(), ((Number) row[6]).intValue(), (String) row[7], (String) row[8], SqlTime.instant(row[9]), SqlTime.instant(row[10]));
        } catch (IOException e) {
            throw new UncheckedIOException("the labels of " + row[0] + " are no JSON", e);
        }
    }
}
