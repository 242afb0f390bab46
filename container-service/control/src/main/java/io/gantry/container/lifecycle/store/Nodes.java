package io.gantry.container.lifecycle.store;

import io.gantry.contracts.event.NodeEvent;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.kit.outbox.Transaction;
import io.gantry.kit.stream.ShortWay;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.hibernate.reactive.mutiny.Mutiny;

/** Our own copy of the nodes' addresses and epochs. */
@Singleton
public class Nodes {
    /** Of a node {@code n} that may be missing, for {@link #of}. */
    static final String COLUMNS = "n.id as node, n.name as node_name, n.address as node_address, n.stream_port as node_port, n.epoch as node_epoch";

    private final ContainerTransactions transactions;

    /** @param address {@code null} before the node was ready; {@code epoch} its fencing number */
    public record Known(NodeId id, String name, Ipv4 address, int streamPort, long epoch) {}

    private final boolean alone;
    private final AtomicLong changes = new AtomicLong();
    /** What was read last, where nobody else writes it; {@code null}: to be read. */
    private volatile Map<NodeId, Known> read;

    @Inject
    Nodes(ContainerTransactions transactions, ShortWay shortWay) {
        this.transactions = transactions;
        this.alone = shortWay.reachesAll();
    }

    public Uni<Map<NodeId, Known>> all() {
        Map<NodeId, Known> known = read;
        return known == null ? transactions.read(this::all) : Uni.createFrom().item(known);
    }

    /** 0 for a node that nobody has spoken of. */
    public Uni<Long> epoch(Transaction transaction, NodeId node) {
        Map<NodeId, Known> known = read;
        return known == null ? epoch(transaction.session(), node) : Uni.createFrom().item(known.containsKey(node) ? known.get(node).epoch() : 0L);
    }

    public Uni<Long> epoch(NodeId node) {
        return transactions.read(session -> epoch(session, node));
    }

    /** False for a node that nobody has spoken of. */
    public Uni<Boolean> removed(NodeId node) {
        return transactions.read(session -> session.createNativeQuery("select count(*) from nodes where id = :id and state = 'REMOVED'", Long.class)
                .setParameter("id", node.value())
                .getSingleResult()
                .map(count -> count > 0));
    }

    /** Epochs only grow, whatever comes late. */
    public Uni<Void> apply(Transaction transaction, NodeEvent event) {
        return switch (event) {
            case NodeEvent.Joined(var id, var name, var address, var port, var epoch) ->
                    put(transaction, id, name, address, port, epoch, "READY");
            case NodeEvent.Ready(var id, var name, var address, var port, var epoch) ->
                    put(transaction, id, name, address, port, epoch, "READY");
            case NodeEvent.Suspect(var id, var name) -> put(transaction, id, name, null, 0, 0, "SUSPECT");
            case NodeEvent.Lost(var id, var name, var epoch) -> put(transaction, id, name, null, 0, epoch, "LOST");
            case NodeEvent.Drained(var id, var name) -> put(transaction, id, name, null, 0, 0, "DRAINED");
            case NodeEvent.Removed(var id, var name) -> put(transaction, id, name, null, 0, 0, "REMOVED");
        };
    }

    private Uni<Void> put(
            Transaction transaction, NodeId id, String name, Ipv4 address, int port, long epoch, String state) {
        transaction.afterCommit(this::forget);
        return transaction
                .session()
                .createNativeQuery(
                        "insert into nodes (id, name, address, stream_port, epoch, state)"
                                + " values (:id, :name, nullif(:address, ''), :port, :epoch, :state)"
                                + " on conflict (id) do update set name = excluded.name,"
                                + " address = coalesce(excluded.address, nodes.address),"
                                + " stream_port = case when excluded.address is null then nodes.stream_port else excluded.stream_port end,"
                                + " epoch = greatest(nodes.epoch, excluded.epoch), state = excluded.state")
                .setParameter("id", id.value())
                .setParameter("name", name)
                .setParameter("address", address == null ? "" : address.toString())
                .setParameter("port", port)
                .setParameter("epoch", epoch)
                .setParameter("state", state)
                .executeUpdate()
                .replaceWithVoid();
    }

    private static Uni<Long> epoch(Mutiny.Session session, NodeId node) {
        return session.createNativeQuery("select coalesce(max(epoch), 0) from nodes where id = :id", Long.class)
                .setParameter("id", node.value())
                .getSingleResult();
    }

    private Uni<Map<NodeId, Known>> all(Mutiny.Session session) {
        long before = changes.get();
        return session.createNativeQuery("select " + COLUMNS + " from nodes n", Object[].class)
                .getResultList()
                .map(rows -> rows.stream().flatMap(row -> of(row, 0).stream()).collect(Collectors.toUnmodifiableMap(Known::id, Function.identity())))
                .invoke(all -> remember(all, before));
    }

    /** Unless something has changed since the look began. */
    private synchronized void remember(Map<NodeId, Known> all, long before) {
        if (alone && changes.get() == before) {
            read = all;
        }
    }

    private synchronized void forget() {
        changes.incrementAndGet();
        read = null;
    }

    /** @param at where {@link #COLUMNS} begin */
    static Optional<Known> of(Object[] row, int at) {
        if (row[at] == null) {
            return Optional.empty();
        }
        Ipv4 address = row[at + 2] == null ? null : Ipv4.parse((String) row[at + 2]);
        return Optional.of(new Known(new NodeId((String) row[at]), (String) row[at + 1], address, ((Number) row[at + 3]).intValue(), ((Number) row[at + 4]).longValue()));
    }
}
