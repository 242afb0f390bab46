package io.gantry.image.build.store;

import io.gantry.contracts.event.NodeEvent;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.image.ImageTransactions;
import io.gantry.kit.outbox.Transaction;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.Optional;

/** Our copy of where each node's agent answers. */
@Singleton
public class NodeAddresses {
    private final ImageTransactions transactions;

    @Inject
    NodeAddresses(ImageTransactions transactions) {
        this.transactions = transactions;
    }

    /** {@code https://10.0.0.2:7071}; empty for a node nobody spoke of. */
    public Uni<Optional<URI>> of(NodeId node) {
        return transactions.read(session -> session.createNativeQuery(
                        "select address || ':' || stream_port from node where id = :id", String.class)
                .setParameter("id", node.value())
                .getSingleResultOrNull()
                .map(address -> Optional.ofNullable(address).map(a -> URI.create("https://" + a))));
    }

    public Uni<Void> apply(Transaction tx, NodeEvent event) {
        return switch (event) {
            case NodeEvent.Joined(var id, _, var address, var port, _) -> put(tx, id, address, port);
            case NodeEvent.Ready(var id, _, var address, var port, _) -> put(tx, id, address, port);
            case NodeEvent.Removed(var id, _) -> tx.session()
                    .createNativeQuery("delete from node where id = :id")
                    .setParameter("id", id.value())
                    .executeUpdate()
                    .replaceWithVoid();
            case NodeEvent.Suspect _, NodeEvent.Lost _, NodeEvent.Drained _ -> Uni.createFrom().voidItem();
        };
    }

    private static Uni<Void> put(Transaction tx, NodeId id, Ipv4 address, int port) {
        return tx.session()
                .createNativeQuery("insert into node (id, address, stream_port) values (:id, :address, :port)"
                        + " on conflict (id) do update set address = excluded.address, stream_port = excluded.stream_port")
                .setParameter("id", id.value())
                .setParameter("address", address.toString())
                .setParameter("port", port)
                .executeUpdate()
                .replaceWithVoid();
    }
}
