package io.gantry.network.overlay.core;

import io.gantry.contracts.id.NetworkId;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.StateKey;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.contracts.unit.MacAddress;
import io.gantry.network.endpoint.core.Endpoint;
import io.gantry.network.endpoint.core.Service;
import io.gantry.network.network.core.Network;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What each node shall hold. A node holds a network from when it has an address on it (its gateway), and then all of the network's
 * endpoints and services: published ports answer on every node, and any container may talk to any other.
 */
public final class NetworkProgram {
    private static final int BRIDGE_HEX = 12;

    private NetworkProgram() {}

    /** The part of the state to program: all of it, or what has changed. Services come with all their network's endpoints. */
    public record State(
            Collection<Host> hosts,
            Collection<Network> networks,
            Collection<Gateway> gateways,
            Collection<Endpoint> endpoints,
            Collection<Service> services,
            int mtu) {}

    /** By record key, in an order that an agent can follow: networks first. */
    public static Map<StateKey, Desired> program(State state) {
        Map<StateKey, Desired> records = new LinkedHashMap<>();
        Map<NodeId, Ipv4> addresses = new LinkedHashMap<>();
        state.hosts().forEach(host -> addresses.put(host.id(), host.address()));
        for (Gateway here : state.gateways()) {
            if (!addresses.containsKey(here.node())) {
                continue;
            }
            state.networks().stream()
                    .filter(network -> network.id().equals(here.network()))
                    .forEach(network -> put(records, here.node(), "network", network(network, here, state.mtu())));
            state.gateways().stream()
                    .filter(other -> other.network().equals(here.network()) && !other.node().equals(here.node()))
                    .filter(other -> addresses.get(other.node()) != null)
                    .forEach(other -> put(records, here.node(), "endpoint", gateway(other, addresses.get(other.node()))));
            state.endpoints().stream()
                    .filter(endpoint -> endpoint.network().equals(here.network()))
                    .forEach(endpoint -> put(records, here.node(), "endpoint", endpoint(endpoint, addresses.get(endpoint.node()))));
            state.services().stream()
                    .filter(service -> service.network().equals(here.network()))
                    .forEach(service -> put(records, here.node(), "service", service(service, state.endpoints())));
        }
        return records;
    }

    private static void put(Map<StateKey, Desired> records, NodeId node, String kind, Desired body) {
        records.put(new StateKey(node, kind, body.recordId()), body);
    }

    /** {@code g} and 12 hex digits. */
    static String bridgeName(NetworkId network) {
        return "g" + network.value().substring(0, BRIDGE_HEX);
    }

    private static Desired.Network network(Network network, Gateway here, int mtu) {
        return new Desired.Network(
                network.id(),
                network.name(),
                network.subnet(),
                here.address(),
                MacAddress.of(here.address()),
                bridgeName(network.id()),
                network.vni(),
                mtu);
    }

    private static Desired.Endpoint gateway(Gateway other, Ipv4 nodeAddress) {
        return new Desired.Endpoint(
                other.id(), null, other.network(), other.node(), nodeAddress, other.address(), MacAddress.of(other.address()),
                List.of(), false, List.of());
    }

    private static Desired.Endpoint endpoint(Endpoint endpoint, Ipv4 nodeAddress) {
        return new Desired.Endpoint(
                endpoint.id(), endpoint.container(), endpoint.network(), endpoint.node(), nodeAddress, endpoint.address(),
                endpoint.ethernet(), endpoint.names(), endpoint.ready(), endpoint.ports());
    }

    private static Desired.Service service(Service service, Collection<Endpoint> endpoints) {
        return new Desired.Service(
                service.id().value(),
                service.network(),
                List.of(service.name()),
                service.address(),
                service.ports(),
                endpoints.stream().filter(endpoint -> endpoint.isBackendOf(service)).map(Endpoint::address).sorted().toList());
    }
}
