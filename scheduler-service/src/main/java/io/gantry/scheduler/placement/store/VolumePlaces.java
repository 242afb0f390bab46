package io.gantry.scheduler.placement.store;

import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.spec.VolumeMount;
import io.gantry.kit.outbox.Transaction;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where volumes are. Once container-service knows, each request says so; before that, what was decided here for the first container of a
 * volume counts for the second, so that two at a time are never placed apart.
 */
final class VolumePlaces {
    private VolumePlaces() {}

    /** By the volumes' names; without those that are nowhere. */
    static Uni<Map<String, NodeId>> of(Transaction tx, List<VolumeMount> volumes) {
        Map<String, NodeId> places = new HashMap<>();
        return Multi.createFrom()
                .iterable(volumes)
                .onItem()
                .transformToUniAndConcatenate(volume -> node(tx, volume).invoke(node -> {
                    if (node != null) {
                        places.put(volume.name(), node);
                    }
                }))
                .collect()
                .last()
                .replaceWith(places);
    }

    private static Uni<NodeId> node(Transaction tx, VolumeMount volume) {
        return volume.node() != null
                ? Uni.createFrom().item(volume.node())
                : tx.session()
                        .createNativeQuery("select node from volume_place where volume = :volume", String.class)
                        .setParameter("volume", volume.id().value())
                        .getSingleResultOrNull()
                        .map(node -> node == null ? null : new NodeId(node));
    }

    /** Puts those that were nowhere on the node. False if one of them has come to another meanwhile. */
    static Uni<Boolean> take(Transaction tx, ContainerId container, List<VolumeMount> volumes, NodeId node) {
        return Multi.createFrom()
                .iterable(volumes)
                .filter(volume -> volume.node() == null)
                .onItem()
                .transformToUniAndConcatenate(volume -> tx.session()
                        // waits for another transaction that is about to say where it is
                        .createNativeQuery("insert into volume_place (volume, node, container) values (:volume, :node, :container)"
                                + " on conflict (volume) do update set volume = excluded.volume returning node", String.class)
                        .setParameter("volume", volume.id().value())
                        .setParameter("node", node.value())
                        .setParameter("container", container.value())
                        .getSingleResult()
                        .map(there -> there.equals(node.value())))
                .collect()
                .asList()
                .map(all -> !all.contains(false));
    }

    static Uni<Void> forget(Transaction tx, ContainerId container) {
        return tx.session()
                .createNativeQuery("delete from volume_place where container = :container")
                .setParameter("container", container.value())
                .executeUpdate()
                .replaceWithVoid();
    }
}
