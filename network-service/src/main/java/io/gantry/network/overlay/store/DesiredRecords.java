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
import io.gantry.network.network.store.Networks;
import io.gantry.network.overlay.core.Gateway;
import io.gantry.network.overlay.core.Host;
import io.gantry.network.overlay.core.NetworkProgram;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
    private final Hosts hosts;
    private final Networks networks;
    private final Gateways gateways;
    private final Endpoints endpoints;
    private final Services services;

    private record Published(long epoch, String body) {}

    @Inject
    DesiredRecords(
            NetworkConfig config, Hosts hosts, Networks networks, Gateways gateways, Endpoints endpoints, Services services) {
        this.config = config;
        this.hosts = hosts;
        this.networks = networks;
        this.gateways = gateways;
        this.endpoints = endpoints;
        this.services = services;
    }

    /** All networks, on all nodes: after a node has come, gone or got a new epoch. */
    public Uni<Void> publishAll(Transaction transaction) {
        return networks.all(transaction.session())
                .chain(all -> Multi.createFrom().iterable(all)
                        .onItem().transformToUniAndConcatenate(network -> publish(transaction, network))
                        .collect().asList())
                .replaceWithVoid();
    }

    public Uni<Void> publish(Transaction transaction, Network network) {
        Mutiny.Session session = transaction.session();
        return endpoints.ofNetwork(session, network.id())
                .chain(ends -> services.ofNetwork(session, network.id())
                        .chain(virtuals -> program(session, List.of(network), network.id(), ends, virtuals)))
                .chain(wanted -> published(session, "network = :value", network.id().value())
                        .chain(before -> difference(transaction, network.id(), wanted, before)));
    }

    /** What a network that is gone had on the nodes. */
    public Uni<Void> forget(Transaction transaction, NetworkId network) {
        return published(transaction.session(), "network = :value", network.value())
                .chain(before -> difference(transaction, network, Map.of(), before));
    }

    /** One endpoint, there or gone, and the virtual IP it stands behind. */
    public Uni<Void> publish(Transaction transaction, Endpoint endpoint) {
        Mutiny.Session session = transaction.session();
        return endpoints.ofContainer(session, endpoint.container())
                .chain(now -> program(session, List.of(), endpoint.network(), now.stream().toList(), List.of()))
                .chain(wanted -> published(session, "record = :value", endpoint.id().value())
                        .chain(before -> difference(transaction, endpoint.network(), only(wanted, endpoint.id().value()), before)))
                .chain(() -> endpoint.deployment() == null
                        ? Uni.createFrom().voidItem()
                        : publish(transaction, endpoint.network(), endpoint.deployment()));
    }

    /** A deployment's virtual IP, there or gone. */
    public Uni<Void> publish(Transaction transaction, NetworkId network, DeploymentId deployment) {
        Mutiny.Session session = transaction.session();
        return endpoints.ofDeployment(session, deployment)
                .chain(replicas -> services.find(session, deployment)
                        .chain(service -> program(session, List.of(), network, replicas, service.stream().toList())))
                .chain(wanted -> published(session, "record = :value", deployment.value())
                        .chain(before -> difference(transaction, network, only(wanted, deployment.value()), before)));
    }

    private static Map<StateKey, Desired> only(Map<StateKey, Desired> records, String id) {
        return records.entrySet().stream()
                .filter(entry -> entry.getKey().id().equals(id))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private Uni<Map<StateKey, Desired>> program(
            Mutiny.Session session, List<Network> wholes, NetworkId network, List<Endpoint> ends, List<Service> virtuals) {
        return hosts.all(session)
                .chain(all -> gateways.ofNetwork(session, network)
                        .map((List<Gateway> gates) -> NetworkProgram.program(
                                new NetworkProgram.State(all, wholes, gates, ends, virtuals, config.mtu()))));
    }

    private static Uni<Map<String, Published>> published(Mutiny.Session session, String where, String value) {
        return session.createNativeQuery("select key, epoch, body from desired where " + where, Object[].class)
                .setParameter("value", value)
                .getResultList()
                .map(rows -> rows.stream().collect(Collectors.toMap(
                        row -> (String) row[0], row -> new Published(((Number) row[1]).longValue(), (String) row[2]))));
    }

    private Uni<Void> difference(
            Transaction transaction, NetworkId network, Map<StateKey, Desired> wanted, Map<String, Published> before) {
        return hosts.all(transaction.session()).chain(all -> {
            Map<NodeId, Long> epochs = all.stream().collect(Collectors.toMap(Host::id, Host::epoch));
            Map<StateKey, Desired> changed = new HashMap<>(wanted);
            changed.entrySet().removeIf(entry -> new Published(epochs.get(entry.getKey().node()), Json.write(entry.getValue()))
                    .equals(before.get(entry.getKey().toString())));
            List<StateKey> gone = before.keySet().stream().map(StateKey::parse).filter(key -> !wanted.containsKey(key)).toList();
            return versions(transaction, changed.size()).chain(versions -> {
                List<Uni<Void>> steps = new ArrayList<>();
                int[] next = {0};
                inOrder(changed).forEach(entry -> steps.add(put(
                        transaction, network, entry.getKey(), versions.get(next[0]++), epochs.get(entry.getKey().node()), entry.getValue())));
                gone.forEach(key -> steps.add(drop(transaction, key)));
                return Multi.createFrom().iterable(steps).onItem().transformToUniAndConcatenate(step -> step).collect().asList().replaceWithVoid();
            });
        });
    }

    /** Networks before what is on them. */
    private static Stream<Map.Entry<StateKey, Desired>> inOrder(Map<StateKey, Desired> records) {
        return records.entrySet().stream()
                .sorted((a, b) -> Boolean.compare(b.getValue() instanceof Desired.Network, a.getValue() instanceof Desired.Network));
    }

    private static Uni<List<Long>> versions(Transaction transaction, int count) {
        return count == 0
                ? Uni.createFrom().item(List.of())
                : transaction.session()
                        .createNativeQuery("select nextval('desired_version') from generate_series(1, " + count + ")", Long.class)
                        .getResultList();
    }

    private static Uni<Void> put(
            Transaction transaction, NetworkId network, StateKey key, long version, long epoch, Desired body) {
        return transaction.session()
                .createNativeQuery(
                        "insert into desired (key, node, network, record, epoch, body) values (:key, :node, :network, :record, :epoch, :body)"
                                + " on conflict (key) do update set network = excluded.network, epoch = excluded.epoch, body = excluded.body")
                .setParameter("key", key.toString())
                .setParameter("node", key.node().value())
                .setParameter("network", network.value())
                .setParameter("record", key.id())
                .setParameter("epoch", epoch)
                .setParameter("body", Json.write(body))
                .executeUpdate()
                .chain(() -> transaction.desire(key, version, epoch, body));
    }

    private static Uni<Void> drop(Transaction transaction, StateKey key) {
        return transaction.session()
                .createNativeQuery("delete from desired where key = :key")
                .setParameter("key", key.toString())
                .executeUpdate()
                .chain(() -> transaction.forget(key));
    }
}
