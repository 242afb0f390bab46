package io.gantry.container.volume.store;

import com.fasterxml.jackson.core.type.TypeReference;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.event.VolumeEvent;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.Ids;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.id.VolumeId;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.StateKey;
import io.gantry.contracts.unit.Bytes;
import io.gantry.kit.outbox.Transaction;
import io.gantry.kit.time.World;
import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Map;

/** Rows of volumes and of their uses, each call a statement or two, with the event and the node's record that belong to it. */
final class VolumeRows {
    static final String COLUMNS = "v.id, v.project, v.name, cast(v.labels as text), v.anonymous, v.node, v.node_name, v.created_at, v.size";
    /** The only version: a volume's record never changes. */
    private static final long VERSION = 1;

    private static final TypeReference<Map<String, String>> LABELS = new TypeReference<>() {};

    private VolumeRows() {}

    /** @param node {@code null} as long as none is known; {@code size} {@code null} for no limit */
    record Row(VolumeId id, String project, String name, Map<String, String> labels, boolean anonymous, NodeId node, String nodeName, Instant createdAt, Bytes size) {
        StateKey key() {
            return new StateKey(node, "volume", id.value());
        }
    }

    /**
     * The volume of that name, made unless it is there. Until the transaction ends nobody removes it: a row that is left as it is by an update is held by it,
     * and one that is removed just then is made anew.
     */
    static Uni<Row> hold(
            Transaction tx, World world, String project, String name, Map<String, String> labels, boolean anonymous, Bytes size) {
        VolumeId id = new VolumeId(Ids.of("volume", world.now(), world.random()));
        return tx.session()
                .createNativeQuery("insert into volumes as v (id, project, name, labels, anonymous, size, created_at) values"
                        + " (:id, :project, :name, cast(cast(:labels as text) as jsonb), :anonymous, nullif(:size, -1), :at)"
                        + " on conflict (project, name) do update set name = v.name returning " + COLUMNS, Object[].class)
                .setParameter("id", id.value())
                .setParameter("project", project)
                .setParameter("name", name)
                .setParameter("labels", Json.write(labels))
                .setParameter("anonymous", anonymous)
                .setParameter("size", size == null ? -1L : size.value())
                .setParameter("at", world.now().atOffset(ZoneOffset.UTC))
                .getSingleResult()
                .map(VolumeRows::read)
                .chain(row -> row.id().equals(id) ? tx.publish(new VolumeEvent.Created(id, project, name, labels)).replaceWith(row) : Uni.createFrom().item(row));
    }

    static Uni<Void> use(Transaction tx, VolumeId volume, ContainerId container) {
        return tx.session()
                .createNativeQuery("insert into volume_uses (volume, container) values (:volume, :container) on conflict do nothing")
                .setParameter("volume", volume.value())
                .setParameter("container", container.value())
                .executeUpdate()
                .replaceWithVoid();
    }

    static Uni<Void> release(Transaction tx, ContainerId container) {
        return tx.session()
                .createNativeQuery("delete from volume_uses where container = :container")
                .setParameter("container", container.value())
                .executeUpdate()
                .replaceWithVoid();
    }

    /** Only the first to say so is heard. */
    static Uni<Void> settle(Transaction tx, VolumeId volume, NodeId node, String nodeName, long epoch) {
        return tx.session()
                .createNativeQuery("update volumes set node = :node, node_name = :name where id = :id and node is null returning project, name, size", Object[].class)
                .setParameter("node", node.value())
                .setParameter("name", nodeName)
                .setParameter("id", volume.value())
                .getResultList()
                .chain(rows -> rows.isEmpty() ? Uni.createFrom().voidItem() : settled(tx, volume, (String) rows.getFirst()[0], (String) rows.getFirst()[1], size(rows.getFirst()[2]), node, nodeName, epoch));
    }

    private static Uni<Void> settled(Transaction tx, VolumeId volume, String project, String name, Bytes size, NodeId node, String nodeName, long epoch) {
        return tx.desire(new StateKey(node, "volume", volume.value()), VERSION, epoch, new Desired.Volume(volume, project, name, size))
                .chain(() -> tx.publish(new VolumeEvent.Settled(volume, project, name, node, nodeName)));
    }

    static Uni<Boolean> removeUnused(Transaction tx, VolumeId id) {
        return tx.session()
                // whoever is about to use it holds it
                .createNativeQuery("select id from volumes where id = :id for update", String.class)
                .setParameter("id", id.value())
                .getResultList()
                .chain(() -> tx.session()
                        .createNativeQuery(
                                "delete from volumes v where v.id = :id and not exists (select 1 from volume_uses u where u.volume = v.id) returning " + COLUMNS, Object[].class)
                        .setParameter("id", id.value())
                        .getResultList())
                .chain(rows -> rows.isEmpty() ? Uni.createFrom().item(false) : removed(tx, read(rows.getFirst())).replaceWith(true));
    }

    private static Uni<Void> removed(Transaction tx, Row row) {
        return tx.publish(new VolumeEvent.Removed(row.id(), row.project(), row.name()))
                .chain(() -> row.node() == null ? Uni.createFrom().voidItem() : tx.forget(row.key()));
    }

    private static Bytes size(Object column) {
        return column == null ? null : new Bytes(((Number) column).longValue());
    }

    static Row read(Object[] row) {
        try {
            return new Row(
                    new VolumeId((String) row[0]),
                    (String) row[1],
                    (String) row[2],
                    Json.mapper().readValue((String) row[3], LABELS),
                    (Boolean) row[4],
                    row[5] == null ? null : new NodeId((String) row[5]),
                    (String) row[6],
                    row[7] instanceof OffsetDateTime time ? time.toInstant() : (Instant) row[7],
                    size(row[8]));
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalStateException("the labels of " + row[0] + " are no JSON", e);
        }
    }
}
