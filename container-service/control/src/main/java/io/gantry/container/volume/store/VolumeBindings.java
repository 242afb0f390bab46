package io.gantry.container.volume.store;

import io.gantry.container.volume.core.VolumeWishes;
import io.gantry.container.volume.core.VolumeWishes.Wish;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.Ids;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.id.VolumeId;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.ImageConfig;
import io.gantry.contracts.spec.Owner;
import io.gantry.contracts.spec.OwnLabels;
import io.gantry.contracts.spec.VolumeMount;
import io.gantry.kit.outbox.Transaction;
import io.gantry.kit.time.World;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Ties containers to volumes, each in the transaction that changes the container. */
@Singleton
public class VolumeBindings {
    /** By name, so that two who ask at the same time wait for each other in one order. */
    private static final Comparator<Wish> ORDER = Comparator.comparing((Wish wish) -> wish.name() == null ? "" : wish.name()).thenComparing(Wish::target);

    private final World world;

    @Inject
    VolumeBindings(World world) {
        this.world = world;
    }

    /** The volumes that a new container has; those that aren't there are made. None of them can be removed any more. */
    public Uni<List<VolumeMount>> bind(Transaction tx, ContainerId container, String project, ContainerSpec spec, ImageConfig image, Owner owner) {
        return Multi.createFrom()
                .iterable(VolumeWishes.of(spec, image, owner).stream().sorted(ORDER).toList())
                .onItem()
                .transformToUniAndConcatenate(wish -> bind(tx, container, project, wish, owner instanceof Owner.BuildStep))
                .collect()
                .asList();
    }

    private Uni<VolumeMount> bind(Transaction tx, ContainerId container, String project, Wish wish, boolean ofStep) {
        String name = wish.name() == null ? Ids.hex64(world.random()) : wish.name();
        return VolumeRows.hold(tx, world, project, name, ofStep && wish.name() != null ? Map.of(OwnLabels.BUILD_CACHE, "true") : Map.of(), wish.name() == null, null)
                .chain(row -> VolumeRows.use(tx, row.id(), container)
                        .replaceWith(new VolumeMount(row.id(), name, row.node(), wish.target(), wish.readOnly(), wish.copy(), row.anonymous(), row.size())));
    }

    /** Its node is known: so is that of its volumes. Those that had none get their record on that node. */
    public Uni<Void> settle(Transaction tx, List<VolumeMount> volumes, NodeId node, String nodeName, long epoch) {
        return Multi.createFrom()
                .iterable(volumes)
                .onItem()
                .transformToUniAndConcatenate(volume -> VolumeRows.settle(tx, volume.id(), node, nodeName, epoch))
                .collect()
                .last()
                .replaceWithVoid();
    }

    /** A volume of these that is on another node meanwhile: two containers that were the first to name it were placed apart. */
    public Uni<Optional<String>> elsewhere(Transaction tx, ContainerId container, NodeId node) {
        return tx.session()
                .createNativeQuery(
                        "select v.name || ' is on ' || v.node_name from volumes v join volume_uses u on u.volume = v.id"
                                + " where u.container = :container and v.node is not null and v.node <> :node order by v.name limit 1",
                        String.class)
                .setParameter("container", container.value())
                .setParameter("node", node.value())
                .getSingleResultOrNull()
                .map(Optional::ofNullable);
    }

    /** It is gone. @param theirsGo with it those that were made for it alone, and that nobody else has */
    public Uni<Void> release(Transaction tx, ContainerId container, List<VolumeMount> volumes, boolean theirsGo) {
        List<VolumeId> orphans = theirsGo ? volumes.stream().filter(VolumeMount::anonymous).map(VolumeMount::id).sorted(Comparator.comparing(VolumeId::value)).toList() : List.of();
        return volumes.isEmpty()
                ? Uni.createFrom().voidItem()
                : VolumeRows.release(tx, container)
                        .chain(() -> Multi.createFrom()
                                .iterable(orphans)
                                .onItem()
                                .transformToUniAndConcatenate(id -> VolumeRows.removeUnused(tx, id))
                                .collect()
                                .last())
                        .replaceWithVoid();
    }
}
