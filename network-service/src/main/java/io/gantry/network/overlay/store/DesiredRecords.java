package io.gantry.network.overlay.store;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.id.DeploymentId;
import io.gantry.contracts.id.NetworkId;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.StateKey;
import io.gantry.kit.outbox.Transaction;
import io.gantry.network.NetworkConfig;
import io.gantry.network.endpoint.core.Endpoint;
import io.gantry.network.endpoint.core.Service;
import io.gantry.network.endpoint.store.Endpoints;
import io.gantry.network.endpoint.store.Services;
import io.gantry.network.network.core.Network;
import io.gantry.network.overlay.core.Gateway;
import io.gantry.network.overlay.core.Host;
import io.gantry.network.overlay.core.NetworkProgram;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Publishes what nodes shall hold: the program of the state as it is now, against what was published last; only the difference goes
 * out, in the transaction that changed the state.
 */
@Singleton
public class DesiredRecords {
    private final NetworkConfig config;
    private final Shapes shapes;
    private final Endpoints endpoints;
    private final Services services;

    /** What nodes shall hold, and the nodes' epochs. */
    private record Wanted(Map<NodeId, Long> epochs, Map<StateKey, Desired> records) {
        static Wanted of(List<Host> hosts, Map<StateKey, Desired> records) {
            return new Wanted(hosts.stream().collect(Collectors.toMap(Host::id, Host::epoch)), records);
        }

        Wanted only(String id) {
            Map<StateKey, Desired> some = records.entrySet().stream()
                    .filter(entry -> entry.getKey().id().equals(id))
                    .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
            return new Wanted(epochs, some);
        }

        boolean is(StateKey key, PublishedRecords.Published published) {
            return published != null
                    && published.equals(new PublishedRecords.Published(epochs.get(key.node()), Json.write(records.get(key))));
        }
    }

    @Inject
    DesiredRecords(
            NetworkConfig config, Shapes shapes, Endpoints endpoints, Services services) {
        this.config = config;
        this.shapes = shapes;
        this.endpoints = endpoints;
        this.services = services;
    }

    /** All networks, on all nodes: after a node has come, gone or got a new epoch. */
    public Uni<Void> publishAll(Transaction transaction) {
        return shapes.of(transaction)
                .chain(shape -> Multi.createFrom().iterable(shape.networks())
                        .onItem().transformToUniAndConcatenate(network -> publish(transaction, network))
                        .collect().asList())
                .replaceWithVoid();
    }

    public Uni<Void> publish(Transaction transaction, Network network) {
        Mutiny.Session session = transaction.session();
        return transaction.flush()
                .chain(() -> endpoints.ofNetwork(session, network.id()))
                .chain(ends -> services.ofNetwork(session, network.id())
                        .chain(virtuals -> program(transaction, List.of(network), network.id(), ends, virtuals)))
                .chain(wanted -> PublishedRecords.ofNetwork(transaction, network.id())
                        .chain(before -> difference(transaction, network.id(), wanted, before)));
    }

    /** What a network that is gone had on the nodes. */
    public Uni<Void> forget(Transaction transaction, NetworkId network) {
        return PublishedRecords.ofNetwork(transaction, network)
                .chain(before -> difference(transaction, network, new Wanted(Map.of(), Map.of()), before));
    }

    /** One endpoint, there or gone, and the virtual IP it stands behind. */
    public Uni<Void> publish(Transaction transaction, Endpoint endpoint) {
        return transaction.flush()
                .chain(() -> endpoints.ofContainer(transaction, endpoint.container()))
                .chain(now -> program(transaction, List.of(), endpoint.network(), now, List.of()))
                .chain(wanted -> PublishedRecords.named(transaction, endpoint.id().value())
                        .chain(before -> difference(transaction, endpoint.network(), wanted.only(endpoint.id().value()), before)))
                .chain(() -> behind(transaction, endpoint, replicas -> replicas));
    }

    /** One endpoint as it will be once the transaction has ended, and the virtual IP it stands behind: what was published of it is not asked for, since it differs. */
    public Uni<Void> publishChanged(Transaction transaction, Endpoint now) {
        return behind(transaction, now, replicas -> Stream.concat(others(replicas, now), Stream.of(now)).toList())
                .chain(() -> program(transaction, List.of(), now.network(), List.of(now), List.of()))
                .chain(wanted -> difference(transaction, now.network(), wanted.only(now.id().value()), Map.of()));
    }

    /** One endpoint that will not be there once the transaction has ended. */
    public Uni<Void> publishGone(Transaction transaction, Endpoint gone) {
        return behind(transaction, gone, replicas -> others(replicas, gone).toList())
                .chain(() -> program(transaction, List.of(), gone.network(), List.of(gone), List.of()))
                .chain(before -> PublishedRecords.drop(transaction, List.copyOf(before.only(gone.id().value()).records().keySet())));
    }

    private static Stream<Endpoint> others(List<Endpoint> all, Endpoint one) {
        return all.stream().filter(other -> !other.id().equals(one.id()));
    }

    /** The virtual IP that an endpoint stands behind, if there is one on its network. @param asWillBe from the deployment's endpoints in the table */
    private Uni<Void> behind(Transaction transaction, Endpoint one, UnaryOperator<List<Endpoint>> asWillBe) {
        if (one.deployment() == null) {
            return Uni.createFrom().voidItem();
        }
        Mutiny.Session session = transaction.session();
        return services.find(session, one.deployment())
                .chain(found -> found.filter(service -> service.network().equals(one.network()))
                        .map(service -> endpoints.ofDeployment(session, one.deployment()).chain(replicas -> publish(transaction, service, asWillBe.apply(replicas))))
                        .orElseGet(() -> Uni.createFrom().voidItem()));
    }

    private Uni<Void> publish(Transaction transaction, Service service, List<Endpoint> replicas) {
        String id = service.id().value();
        return program(transaction, List.of(), service.network(), replicas, List.of(service))
                .chain(wanted -> PublishedRecords.named(transaction, id)
                        .chain(before -> difference(transaction, service.network(), wanted.only(id), before)));
    }

    /** An endpoint that was just made: nobody has heard of it, and no virtual IP leads to it before it is ready. */
    public Uni<Void> publishNew(Transaction transaction, Gateways.Ensured around, Endpoint endpoint) {
        Wanted wanted = program(around.hosts(), List.of(), around.all(), List.of(endpoint), List.of());
        return difference(transaction, endpoint.network(), wanted.only(endpoint.id().value()), Map.of());
    }

    /** A deployment's virtual IP, there or gone. */
    public Uni<Void> publish(Transaction transaction, NetworkId network, DeploymentId deployment) {
        Mutiny.Session session = transaction.session();
        return transaction.flush()
                .chain(() -> endpoints.ofDeployment(session, deployment))
                .chain(replicas -> services.find(session, deployment)
                        .chain(service -> program(transaction, List.of(), network, replicas, service.stream().toList())))
                .chain(wanted -> PublishedRecords.named(transaction, deployment.value())
                        .chain(before -> difference(transaction, network, wanted.only(deployment.value()), before)));
    }

    private Uni<Wanted> program(
            Transaction transaction, List<Network> wholes, NetworkId network, List<Endpoint> ends, List<Service> virtuals) {
        return shapes.of(transaction).map(shape -> program(shape.hosts(), wholes, shape.gatewaysOf(network), ends, virtuals));
    }

    private Wanted program(
            List<Host> all, List<Network> wholes, List<Gateway> gates, List<Endpoint> ends, List<Service> virtuals) {
        return Wanted.of(
                all, NetworkProgram.program(new NetworkProgram.State(all, wholes, gates, ends, virtuals, config.mtu())));
    }

    private static Uni<Void> difference(
            Transaction transaction, NetworkId network, Wanted wanted, Map<String, PublishedRecords.Published> before) {
        List<StateKey> changed = wanted.records().keySet().stream()
                .filter(key -> !wanted.is(key, before.get(key.toString())))
                .sorted(networksFirst(wanted.records()))
                .toList();
        List<StateKey> gone =
                before.keySet().stream().map(StateKey::parse).filter(key -> !wanted.records().containsKey(key)).toList();
        return PublishedRecords.put(transaction, network, changed, wanted.records(), wanted.epochs())
                .chain(() -> PublishedRecords.drop(transaction, gone));
    }

    /** Networks before what is on them. */
    private static Comparator<StateKey> networksFirst(Map<StateKey, Desired> records) {
        return Comparator.comparing(key -> !(records.get(key) instanceof Desired.Network));
    }
}
