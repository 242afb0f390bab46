package io.gantry.agent.network;

import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.EndpointId;
import io.gantry.contracts.id.NetworkId;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.spec.PortPublish;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.unit.Cidr;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.contracts.unit.MacAddress;
import java.util.List;
import java.util.stream.Stream;

/** Desired records for tests, each made from a small number. */
public final class Records {
    private Records() {}

    public static NodeId node(int number) {
        return new NodeId("node-01930000-0000-7000-8000-%012x".formatted(number));
    }

    public static ContainerId container(int number) {
        return new ContainerId("%064x".formatted(number));
    }

    /** Network 1 is 10.1.0.0/24 and so on; node 2's gateway on it 10.1.0.2. */
    public static Desired.Network network(int number, int node) {
        Ipv4 gateway = Ipv4.parse("10." + number + ".0." + node);
        return new Desired.Network(
                new NetworkId("%011x".formatted(number) + "0".repeat(53)),
                "net" + number,
                Cidr.parse("10." + number + ".0.0/24"),
                gateway,
                MacAddress.of(gateway),
                "gb" + number,
                100 + number,
                1450);
    }

    /** The endpoint of container {@code number}, {@code 10.<network>.0.<number>}, named {@code c<number>}. */
    public static Desired.Endpoint endpoint(int network, int number, int node, PortPublish... ports) {
        Ipv4 address = Ipv4.parse("10." + network + ".0." + number);
        return new Desired.Endpoint(
                new EndpointId("%064x".formatted(number).replaceFirst("^000000000000", "%012x".formatted(network * 1000L + number))),
                container(number),
                network(network, 1).id(),
                node(node),
                Ipv4.parse("192.168.77." + node),
                address,
                MacAddress.of(address),
                List.of("c" + number),
                true,
                List.of(ports));
    }

    /** Node {@code node}'s gateway as other nodes need it. */
    public static Desired.Endpoint gateway(int network, int node) {
        Desired.Endpoint like = endpoint(network, node, node);
        return new Desired.Endpoint(
                like.id(), null, like.network(), like.node(), like.nodeAddress(), like.address(), like.mac(), List.of(), false, List.of());
    }

    public static Desired.Endpoint notReady(Desired.Endpoint of) {
        return new Desired.Endpoint(
                of.id(), of.container(), of.network(), of.node(), of.nodeAddress(), of.address(), of.mac(), of.names(), false, of.ports());
    }

    public static Desired.Service service(int network, String name, String address, List<PortPublish> ports, String... backends) {
        return new Desired.Service(
                "deployment-" + name,
                network(network, 1).id(),
                List.of(name),
                Ipv4.parse(address),
                ports,
                Stream.of(backends).map(Ipv4::parse).toList());
    }

    public static PortPublish port(int host, int container) {
        return new PortPublish(null, host, container, PortPublish.Protocol.TCP);
    }
}
