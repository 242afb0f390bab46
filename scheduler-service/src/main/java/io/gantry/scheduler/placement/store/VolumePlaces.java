package io.gantry.scheduler.placement.store;

import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.spec.VolumeMount;
import io.gantry.kit.outbox.Transaction;
import io.gantry.kit.outbox.Write;
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

    /**
     * Until this transaction ends nobody else decides where those are that are nowhere yet. To be called before a node is claimed: who held a
     * node and waited for a volume, and who held the volume and waited for that node, would wait for each other.
     */
    static Uni<Void> hold(Transaction tx, List<VolumeMount> volumes) {
        return Multi.createFrom()
                .items(volumes.stream().filter(volume -> volume.node() == null).map(volume -> volume.id().value()).sorted().distinct())
                .onItem()
                .transformToUniAndConcatenate(volume -> tx.lockedSession()
                        .createNativeQuery("select 1 from pg_advisory_xact_lock(hashtextextended(:volume, 0))", Integer.class)
                        .setParameter("volume", volume)
                        .getSingleResult())
                .collect()
                .last()
                .replaceWithVoid();
    }

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

    /** Puts those that were nowhere, and are held, on the node. */
    static Uni<Void> take(Transaction tx, ContainerId container, List<VolumeMount> volumes, NodeId node) {
        return Multi.createFrom()
                .iterable(volumes)
                .filter(volume -> volume.node() == null)
                .onItem()
                .transformToUniAndConcatenate(volume -> tx.lockedSession()
                        .createNativeQuery("insert into volume_place (volume, node, container) values (:volume, :node, :container) on conflict (volume) do nothing")
                        .setParameter("volume", volume.id().value())
                        .setParameter("node", node.value())
                        .setParameter("container", container.value())
                        .executeUpdate())
                .collect()
                .last()
                .replaceWithVoid();
    }

    static void forget(Transaction tx, ContainerId container) {
        tx.write(Write.of("delete from volume_place where container = :container").with("container", container.value()));
    }
}
