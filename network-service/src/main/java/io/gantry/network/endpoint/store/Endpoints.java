package io.gantry.network.endpoint.store;

import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.DeploymentId;
import io.gantry.contracts.id.EndpointId;
import io.gantry.contracts.id.NetworkId;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.spec.PortPublish;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.contracts.unit.MacAddress;
import io.gantry.kit.outbox.Look;
import io.gantry.kit.outbox.Transaction;
import io.gantry.kit.outbox.Write;
import io.gantry.kit.time.World;
import io.gantry.network.Turn;
import io.gantry.network.endpoint.core.Endpoint;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;

/** Containers on networks. */
@Singleton
public class Endpoints {
    private static final String SELECT =
            "select id, container, network, node, address, mac, names, probed, ready, retiring, deployment, ports from endpoint ";
    private static final int COLUMNS = 12;
    private static final String SELECT_WITH_TURN =
            "select " + Turn.COLUMNS + ", found.* from turn left join (" + SELECT + "where container = :value) found on true order by found.network";
    private final World world;

    /** @param name the container's; {@code aliases} what its spec adds to it */
    public record Named(String name, List<String> aliases) {}

    @Inject
    Endpoints(World world) {
        this.world = world;
    }

    /** In the transaction's end. */
    public void insert(Transaction transaction, Endpoint endpoint, Named named) {
        transaction.write(Write.of("insert into endpoint (id, container, name, network, node, address, mac, names, aliases, probed, ready, retiring,"
                        + " deployment, ports, created_at) values (:id, :container, :name, :network, :node, :address, nullif(:mac, ''), :names,"
                        + " :aliases, :probed, :ready, :retiring, nullif(:deployment, ''), :ports, :now)")
                .with("id", endpoint.id().value())
                .with("container", endpoint.container().value())
                .with("name", named.name())
                .with("network", endpoint.network().value())
                .with("node", endpoint.node().value())
                .with("address", endpoint.address().toString())
                .with("mac", endpoint.mac() == null ? "" : endpoint.mac().value())
                .with("names", PortsText.write(endpoint.names()))
                .with("aliases", PortsText.write(named.aliases()))
                .with("probed", endpoint.probed())
                .with("ready", endpoint.ready())
                .with("retiring", endpoint.retiring())
                .with("deployment", endpoint.deployment() == null ? "" : endpoint.deployment().value())
                .with("ports", PortsText.write(endpoint.ports()))
                .with("now", OffsetDateTime.ofInstant(world.now(), ZoneOffset.UTC)));
    }

    /** On all its networks. Where it is the transaction's first look its turn begins with it. */
    public Uni<List<Endpoint>> ofContainer(Transaction transaction, ContainerId container) {
        return Turn.isKnown(transaction)
                ? select(transaction.session(), "where container = :value order by network", container.value())
                : Look.at(SELECT_WITH_TURN)
                        .with("value", container.value())
                        .rows(transaction.session())
                        .invoke(rows -> Turn.begin(transaction, rows.getFirst()))
                        .map(rows -> rows.stream()
                                .map(row -> Arrays.copyOfRange(row, row.length - COLUMNS, row.length))
                                .filter(row -> row[0] != null)
                                .map(Endpoints::endpoint)
                                .toList());
    }

    public Uni<List<Endpoint>> ofNetwork(Mutiny.Session session, NetworkId network) {
        return select(session, "where network = :value order by address", network.value());
    }

    public Uni<List<Endpoint>> ofDeployment(Mutiny.Session session, DeploymentId deployment) {
        return select(session, "where deployment = :value order by address", deployment.value());
    }

    /** A container on the network has asked for that Ethernet address and has it. */
    public Uni<Boolean> has(Transaction transaction, NetworkId network, MacAddress mac) {
        return transaction.flush()
                .chain(() -> transaction.session()
                        .createNativeQuery("select count(*) from endpoint where network = :network and mac = :mac", Long.class)
                        .setParameter("network", network.value())
                        .setParameter("mac", mac.value())
                        .getSingleResult())
                .map(count -> count > 0);
    }

    /** What its container's name and aliases are. */
    public Uni<Named> named(Mutiny.Session session, EndpointId id) {
        return session.createNativeQuery("select name, aliases from endpoint where id = :id", Object[].class)
                .setParameter("id", id.value())
                .getSingleResult()
                .map(row -> new Named((String) row[0], PortsText.words((String) row[1])));
    }

    /** In the transaction's end. */
    public void setReady(Transaction transaction, EndpointId id, boolean ready) {
        transaction.write(Write.of("update endpoint set ready = :ready where id = :id").with("ready", ready).with("id", id.value()));
    }

    public Uni<Void> setPorts(Transaction transaction, EndpointId id, List<PortPublish> ports) {
        return transaction.lockedSession()
                .createNativeQuery("update endpoint set ports = :ports where id = :id")
                .setParameter("ports", PortsText.write(ports))
                .setParameter("id", id.value())
                .executeUpdate()
                .replaceWithVoid();
    }

    public Uni<Void> retire(Transaction transaction, EndpointId id) {
        return transaction.lockedSession()
                .createNativeQuery("update endpoint set retiring = true where id = :id")
                .setParameter("id", id.value())
                .executeUpdate()
                .replaceWithVoid();
    }

    public Uni<Void> rename(Transaction transaction, EndpointId id, String name, List<String> names) {
        return transaction.lockedSession()
                .createNativeQuery("update endpoint set name = :name, names = :names where id = :id")
                .setParameter("name", name)
                .setParameter("names", PortsText.write(names))
                .setParameter("id", id.value())
                .executeUpdate()
                .replaceWithVoid();
    }

    /** In the transaction's end. */
    public void delete(Transaction transaction, EndpointId id) {
        transaction.write(Write.of("delete from endpoint where id = :id").with("id", id.value()));
    }

    private static Uni<List<Endpoint>> select(Mutiny.Session session, String where, String value) {
        return session.createNativeQuery(SELECT + where, Object[].class)
                .setParameter("value", value)
                .getResultList()
                .map(rows -> rows.stream().map(Endpoints::endpoint).toList());
    }

    private static Endpoint endpoint(Object[] row) {
        return new Endpoint(
                new EndpointId((String) row[0]),
                new ContainerId((String) row[1]),
                new NetworkId((String) row[2]),
                new NodeId((String) row[3]),
                Ipv4.parse((String) row[4]),
                row[5] == null ? null : new MacAddress((String) row[5]),
                PortsText.words((String) row[6]),
                (Boolean) row[7],
                (Boolean) row[8],
                (Boolean) row[9],
                row[10] == null ? null : new DeploymentId((String) row[10]),
                PortsText.ports((String) row[11]));
    }
}
