package io.gantry.agent.execute;

import io.gantry.agent.runtime.Attachment;
import io.gantry.contracts.id.EndpointId;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.contracts.unit.MacAddress;
import io.gantry.kernel.netlink.route.RouteNetlink;
import io.gantry.kernel.netlink.socket.NetworkNamespace;
import java.util.ArrayList;
import java.util.List;

/** A bridge as a network of this test host has it, named and addressed after the host. */
final class TestBridge implements AutoCloseable {
    final RouteNetlink links = RouteNetlink.open(NetworkNamespace.current());
    final Ipv4 gateway;
    private final String node;

    TestBridge(String node) {
        this.node = node;
        gateway = gateway(node);
        links.createBridge(name(node), MacAddress.of(gateway), 1450);
        int index = links.indexOf(name(node)).orElseThrow();
        links.addAddress(index, gateway, 24);
        links.setUp(index);
    }

    /** Another network of the same host: a node's name that no node has. */
    static String beside(String node) {
        return "t" + String.format("%02x", (Integer.parseInt(node.substring(1, 3), 16) + 128) % 256) + node.substring(3);
    }

    /** The container's place in that network at the address that ends in {@code last}. */
    static Attachment attachment(String node, int last) {
        Ipv4 address = gateway(node).plus(last - 1);
        return new Attachment(
                new EndpointId("%064x".formatted(last)), "test" + last, name(node), "gv" + node.substring(1) + last, 77, address, 24, gateway(node), MacAddress.of(address), 1450,
                List.of(gateway(node)), List.of("gantry.internal"));
    }

    /** Those of the cables that stay: a network namespace goes in its own time, and its cable with it. */
    List<String> cables(int... lasts) throws InterruptedException {
        List<String> found = present(lasts);
        for (int i = 0; i < 200 && !found.isEmpty(); i++) {
            Thread.sleep(50);
            found = present(lasts);
        }
        return found;
    }

    private List<String> present(int... lasts) {
        List<String> found = new ArrayList<>();
        for (int last : lasts) {
            String name = attachment(node, last).hostInterface();
            links.indexOf(name).ifPresent(_ -> found.add("link " + name));
        }
        return found;
    }

    private static String name(String node) {
        return "gb" + node.substring(1);
    }

    private static Ipv4 gateway(String node) {
        return Ipv4.parse("10.213." + Integer.parseInt(node.substring(1, 3), 16) + ".1");
    }

    @Override
    public void close() {
        links.delete(name(node));
        links.close();
    }
}
