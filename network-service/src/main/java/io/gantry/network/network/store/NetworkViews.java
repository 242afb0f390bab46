package io.gantry.network.network.store;

import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.DeploymentId;
import io.gantry.contracts.id.EndpointId;
import io.gantry.contracts.id.NetworkId;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.spec.PortPublish;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.contracts.unit.MacAddress;
import io.gantry.contracts.view.EndpointView;
import io.gantry.contracts.view.NetworkView;
import io.gantry.kit.time.SqlTime;
import io.gantry.network.network.core.Network;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.hibernate.reactive.mutiny.Mutiny;

/** Networks and endpoints as REST shows them. */
@Singleton
public class NetworkViews {
    public Uni<List<NetworkView>> networks(Mutiny.Session session) {
        return Networks.all(session).chain(all -> session
                .createNativeQuery("select pool, count(*) from lease where released_at is null group by pool", Object[].class)
                .getResultList()
                .map(rows -> rows.stream().collect(Collectors.toMap(row -> (String) row[0], row -> ((Number) row[1]).intValue())))
                .chain(used -> gateways(session)
                        .map(gateways -> all.stream().map(network -> view(network, used, gateways)).toList())));
    }

    /** By network. */
    private static Uni<Map<String, List<NetworkView.Gateway>>> gateways(Mutiny.Session session) {
        return session.createNativeQuery("select network, node, address from gateway", Object[].class)
                .getResultList()
                .map(rows -> rows.stream().collect(Collectors.groupingBy(
                        row -> (String) row[0],
                        Collectors.mapping(row -> new NetworkView.Gateway(new NodeId((String) row[1]), Ipv4.parse((String) row[2])), Collectors.toList()))));
    }

    private static NetworkView view(Network network, Map<String, Integer> used, Map<String, List<NetworkView.Gateway>> gateways) {
        return new NetworkView(
                network.id(), network.name(), network.project(), network.subnet(), network.vni(),
                used.getOrDefault(network.id().value(), 0), network.createdAt(), network.labels(),
                gateways.getOrDefault(network.id().value(), List.of()).stream().sorted(Comparator.comparing(NetworkView.Gateway::address)).toList());
    }

    /** @param network name or id, {@code ""} for all; {@code container} likewise */
    public Uni<List<EndpointView>> endpoints(Mutiny.Session session, String network, String container) {
        return session.createNativeQuery(
                        "select e.id, e.container, n.name, e.node, e.address, e.names, e.ready, e.retiring, e.deployment, e.ports, e.created_at, e.mac"
                                + " from endpoint e join network n on n.id = e.network"
                                + " where (:network = '' or n.name = :network or n.id = :network)"
                                + " and (:container = '' or e.container = :container or e.name = :container)"
                                + " order by n.name, e.created_at, e.id",
                        Object[].class)
                .setParameter("network", network)
                .setParameter("container", container)
                .getResultList()
                .map(rows -> rows.stream().map(NetworkViews::endpoint).toList());
    }

    private static EndpointView endpoint(Object[] row) {
        Ipv4 address = Ipv4.parse((String) row[4]);
        return new EndpointView(
                new EndpointId((String) row[0]),
                new ContainerId((String) row[1]),
                (String) row[2],
                new NodeId((String) row[3]),
                address,
                row[11] == null ? MacAddress.of(address) : new MacAddress((String) row[11]),
                List.of(Json.read((String) row[5], String[].class)),
                (Boolean) row[6],
                (Boolean) row[7],
                row[8] == null ? null : new DeploymentId((String) row[8]),
                List.of(Json.read((String) row[9], PortPublish[].class)),
                SqlTime.instant(row[10]));
    }

    /** Names of what is on a network: endpoints' containers and deployments. */
    public Uni<List<String>> users(Mutiny.Session session, NetworkId network) {
        return session.createNativeQuery(
                        "select 'container ' || name from endpoint where network = :network"
                                + " union all select 'deployment ' || name from service where network = :network order by 1",
                        String.class)
                .setParameter("network", network.value())
                .getResultList();
    }
}
