package io.gantry.network.overlay.store;

import io.gantry.contracts.id.EndpointId;
import io.gantry.contracts.id.Ids;
import io.gantry.contracts.id.NetworkId;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.kit.outbox.Transaction;
import io.gantry.kit.time.World;
import io.gantry.network.Turn;
import io.gantry.network.address.store.Leases;
import io.gantry.network.network.core.Network;
import io.gantry.network.overlay.core.Gateway;
import io.gantry.network.overlay.core.Host;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;

/** The nodes' own addresses on networks. */
@Singleton
public class Gateways {
    private final Leases leases;
    private final Shapes shapes;
    private final World world;

    @Inject
    Gateways(Leases leases, Shapes shapes, World world) {
        this.leases = leases;
        this.shapes = shapes;
        this.world = world;
    }

    static Uni<List<Gateway>> all(Mutiny.Session session) {
        return session.createNativeQuery("select id, network, node, address from gateway order by id", Object[].class)
                .getResultList()
                .map(rows -> rows.stream()
                        .map(row -> new Gateway(
                                new EndpointId((String) row[0]),
                                new NetworkId((String) row[1]),
                                new NodeId((String) row[2]),
                                Ipv4.parse((String) row[3])))
                        .toList());
    }

    /**
     * All nodes and their addresses on a network.
     *
     * @param added some node had none before
     */
    public record Ensured(List<Host> hosts, List<Gateway> all, boolean added) {
        public Optional<Gateway> of(NodeId node) {
            return all.stream().filter(gateway -> gateway.node().equals(node)).findFirst();
        }
    }

    /** Gives every node an address on the network; a full network leaves nodes without. */
    public Uni<Ensured> ensure(Transaction transaction, Network network) {
        return shapes.of(transaction).chain(shape -> {
            List<Host> all = shape.hosts();
            List<Gateway> present = shape.gatewaysOf(network.id());
            List<Host> missing = all.stream()
                    .filter(host -> present.stream().noneMatch(gateway -> gateway.node().equals(host.id())))
                    .toList();
            return missing.isEmpty() ? Uni.createFrom().item(new Ensured(all, present, false)) : addAll(transaction, network, all, missing);
        });
    }

    private Uni<Ensured> addAll(Transaction transaction, Network network, List<Host> all, List<Host> missing) {
        return Multi.createFrom().iterable(missing)
                .onItem().transformToUniAndConcatenate(host -> add(transaction, network, host))
                .collect().asList()
                .chain(added -> shapes.of(transaction).map(now -> new Ensured(all, now.gatewaysOf(network.id()), added.contains(true))));
    }

    private Uni<Boolean> add(Transaction transaction, Network network, Host host) {
        String id = Ids.hex64(world.random());
        return leases.lease(transaction, network.id().value(), network.subnet(), id)
                .chain(address -> address.isEmpty() ? Uni.createFrom().item(false) : insert(transaction, id, network, host, address));
    }

    private static Uni<Boolean> insert(Transaction transaction, String id, Network network, Host host, Optional<Ipv4> address) {
        return transaction.lockedSession()
                .createNativeQuery("insert into gateway (id, network, node, address) values (:id, :network, :node, :address)")
                .setParameter("id", id)
                .setParameter("network", network.id().value())
                .setParameter("node", host.id().value())
                .setParameter("address", address.orElseThrow().toString())
                .executeUpdate()
                .chain(() -> Turn.reshape(transaction))
                .replaceWith(true);
    }

    /** Of a node that is gone, on all networks. */
    public Uni<Void> dropNode(Transaction transaction, NodeId node) {
        return transaction.session()
                .createNativeQuery("select network, address from gateway where node = :node", Object[].class)
                .setParameter("node", node.value())
                .getResultList()
                .invoke(rows -> rows.forEach(row -> leases.release(transaction, (String) row[0], Ipv4.parse((String) row[1]))))
                .chain(() -> delete(transaction, "node", node.value()));
    }

    /** Of a network that goes. */
    public Uni<Void> dropNetwork(Transaction transaction, NetworkId network) {
        return delete(transaction, "network", network.value());
    }

    private static Uni<Void> delete(Transaction transaction, String column, String value) {
        return transaction.lockedSession()
                .createNativeQuery("delete from gateway where " + column + " = :value")
                .setParameter("value", value)
                .executeUpdate()
                .chain(() -> Turn.reshape(transaction));
    }
}
