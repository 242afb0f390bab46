package io.gantry.scheduler.placement.store;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.event.ContainerEvent;
import io.gantry.contracts.id.ContainerId;
import io.gantry.kit.outbox.Transaction;
import io.gantry.kit.outbox.Write;
import io.gantry.kit.time.World;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.ZoneOffset;
import java.util.List;

/** Containers that wait for a suspect node. Whoever adds one or changes a node takes the turn first, so that neither misses the other. */
@Singleton
class WaitingContainers {
    private static final String TURN = "select pg_advisory_xact_lock('waiting'::regclass::oid::bigint)::text";
    private final World world;

    @Inject
    WaitingContainers(World world) {
        this.world = world;
    }

    /** Until this transaction ends nobody else has it. To be taken before any node's row is held. */
    Uni<Void> takeTurn(Transaction tx) {
        return tx.lockedSession().createNativeQuery(TURN, String.class).getSingleResult().replaceWithVoid();
    }

    /** One that waits already keeps its place. */
    void add(Transaction tx, ContainerEvent.Requested requested) {
        tx.write(Write.of("insert into waiting (container, requested, since) values (:container, :requested, :since) on conflict do nothing")
                .with("container", requested.id().value())
                .with("requested", Json.write(requested))
                .with("since", world.now().atOffset(ZoneOffset.UTC)));
    }

    void remove(Transaction tx, ContainerId container) {
        tx.write(Write.of("delete from waiting where container = :container").with("container", container.value()));
    }

    /** The one that waits longest first. */
    Uni<List<ContainerEvent.Requested>> all(Transaction tx) {
        return tx.session()
                .createNativeQuery("select requested from waiting order by since, container for update", String.class)
                .getResultList()
                .map(rows -> rows.stream().map(row -> Json.read(row, ContainerEvent.Requested.class)).toList());
    }
}
