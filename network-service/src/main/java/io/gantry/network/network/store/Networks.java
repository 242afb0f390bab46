package io.gantry.network.network.store;

import io.gantry.contracts.event.NetworkEvent;
import io.gantry.contracts.id.Ids;
import io.gantry.contracts.id.NetworkId;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.unit.Cidr;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.contracts.view.NetworkRequest;
import io.gantry.kit.outbox.Transaction;
import io.gantry.kit.problem.Refused;
import io.gantry.kit.time.World;
import io.gantry.network.NetworkConfig;
import io.gantry.network.Turn;
import io.gantry.network.network.core.Network;
import io.gantry.network.network.core.NetworkChoice;
import io.gantry.network.overlay.core.Host;
import io.gantry.network.overlay.store.Shapes;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;

/** The networks there are. */
@Singleton
public class Networks {
    private final NetworkConfig config;
    private final World world;
    private final Shapes shapes;

    @Inject
    Networks(NetworkConfig config, World world, Shapes shapes) {
        this.shapes = shapes;
        this.config = config;
        this.world = world;
    }

    public static Uni<List<Network>> all(Mutiny.Session session) {
        return session.createQuery("from Network order by name", NetworkRow.class)
                .getResultList()
                .map(rows -> rows.stream().map(NetworkRow::network).toList());
    }

    /** By id, by the beginning of one, or by name; a name wins. */
    public Uni<Optional<Network>> find(Mutiny.Session session, String reference) {
        return all(session).map(networks -> networks.stream()
                .filter(network -> network.name().equals(reference))
                .findFirst()
                .or(() -> networks.stream()
                        .filter(network -> reference.length() >= 4 && network.id().value().startsWith(reference))
                        .findFirst()));
    }

    public Uni<Optional<Network>> named(Transaction transaction, String name) {
        return shapes.of(transaction).map(shape -> shape.networks().stream().filter(network -> network.name().equals(name)).findFirst());
    }

    /** Fails with {@link Refused}. */
    public Uni<Network> create(Transaction transaction, String project, NetworkRequest request) {
        return shapes.of(transaction).chain(shape ->
                switch (NetworkChoice.choose(
                        request.name(), request.subnet(), shape.networks(), Cidr.parse(config.pool()), Cidr.parse(config.virtualPool()), addresses(shape.hosts()))) {
                    case NetworkChoice.Choice.Refused(var refusal) -> Uni.createFrom().failure(new Refused(refusal));
                    case NetworkChoice.Choice.Granted(var subnet, var vni) -> insert(
                            transaction,
                            new Network(new NetworkId(Ids.hex64(world.random())), project, request.name(), subnet, vni, world.now(), request.labels()));
                });
    }

    private static List<Ipv4> addresses(List<Host> nodes) {
        return nodes.stream().map(Host::address).filter(Objects::nonNull).toList();
    }

    private static Uni<Network> insert(Transaction transaction, Network network) {
        return transaction.lockedSession()
                .persist(NetworkRow.of(network))
                .chain(() -> transaction.session().flush())
                .chain(() -> Turn.reshape(transaction))
                .chain(() -> transaction.publish(
                        new NetworkEvent.Created(network.id(), network.project(), network.name(), network.subnet(), network.labels())))
                .replaceWith(network);
    }

    /** Its gateways must have gone. */
    public Uni<Void> remove(Transaction transaction, Network network) {
        if (network.name().equals(ContainerSpec.DEFAULT_NETWORK)) {
            return Uni.createFrom().failure(new Refused(ProblemType.CONFLICT, "the default network stays", null));
        }
        return transaction.lockedSession()
                .createNativeQuery("delete from network where id = :id")
                .setParameter("id", network.id().value())
                .executeUpdate()
                .chain(() -> Turn.reshape(transaction))
                .chain(() -> transaction.publish(new NetworkEvent.Removed(network.id(), network.project(), network.name())));
    }
}
