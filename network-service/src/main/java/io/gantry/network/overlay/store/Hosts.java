package io.gantry.network.overlay.store;

import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.kit.outbox.Transaction;
import io.gantry.network.Turn;
import io.gantry.network.overlay.core.Host;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;

/** Our own copy of the nodes' underlay addresses and epochs. */
@Singleton
public class Hosts {
    /** Without those that were removed. */
    static Uni<List<Host>> all(Mutiny.Session session) {
        return session.createNativeQuery("select id, address, epoch from node where not removed order by id", Object[].class)
                .getResultList()
                .map(rows -> rows.stream()
                        .map(row -> new Host(
                                new NodeId((String) row[0]),
                                row[1] == null ? null : Ipv4.parse((String) row[1]),
                                ((Number) row[2]).longValue()))
                        .toList());
    }

    /** Epochs only grow. @param address {@code null} keeps what is known */
    public Uni<Void> put(Transaction transaction, NodeId id, String name, Ipv4 address, long epoch) {
        return transaction.lockedSession()
                .createNativeQuery(
                        "insert into node (id, name, address, epoch) values (:id, :name, nullif(:address, ''), :epoch)"
                                + " on conflict (id) do update set name = excluded.name, address = coalesce(excluded.address, node.address),"
                                + " epoch = greatest(node.epoch, excluded.epoch), removed = false")
                .setParameter("id", id.value())
                .setParameter("name", name)
                .setParameter("address", address == null ? "" : address.toString())
                .setParameter("epoch", epoch)
                .executeUpdate()
                .chain(() -> Turn.reshape(transaction));
    }

    public Uni<Void> remove(Transaction transaction, NodeId id) {
        return transaction.lockedSession()
                .createNativeQuery("update node set removed = true where id = :id")
                .setParameter("id", id.value())
                .executeUpdate()
                .chain(() -> Turn.reshape(transaction));
    }
}
