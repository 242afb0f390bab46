package io.gantry.agent.execute;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.runtime.Attachment;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.contracts.unit.MacAddress;
import io.gantry.kernel.netlink.route.RouteNetlink;
import io.gantry.kernel.netlink.socket.NetworkNamespace;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A container's cable to a real bridge. */
@Timeout(60)
class NetworkIT {
    private TestHost host;
    private RouteNetlink links;
    private String bridge;
    private Ipv4 gateway;

    @BeforeEach
    void boot() throws Exception {
        host = TestHost.make();
        bridge = "gb" + host.node.substring(1);
        int third = Integer.parseInt(host.node.substring(1, 3), 16);
        gateway = Ipv4.parse("10.213." + third + ".1");
        links = RouteNetlink.open(NetworkNamespace.current());
        links.createBridge(bridge, MacAddress.of(gateway), 1450);
        int index = links.indexOf(bridge).orElseThrow();
        links.addAddress(index, gateway, 24);
        links.setUp(index);
    }

    @AfterEach
    void close() throws Exception {
        host.close();
        links.delete(bridge);
        links.close();
    }

    private Attachment attachment(int last) {
        Ipv4 address = gateway.plus(last - 1);
        return new Attachment(
                bridge, "gv" + host.node.substring(1) + last, address, 24, gateway, MacAddress.of(address), 1450,
                List.of(gateway), List.of("gantry.internal"));
    }

    @Test
    void hasItsAddressRouteAndNames() throws Exception {
        ContainerId id = TestHost.newId();
        host.runtime.start(
                host.request(
                        id, TestHost.shell("ip -o address show eth0; ip route; cat /sys/class/net/eth0/address /etc/resolv.conf /etc/hosts; cat /sys/class/net/lo/flags"),
                        1, Optional.of(attachment(5))));
        assertThat(host.awaitEnd(id).code()).isZero();
        assertThat(host.output(id))
                .contains("inet " + gateway.plus(4) + "/24", "default via " + gateway + " dev eth0", "nameserver " + gateway)
                .contains(attachment(5).mac().value(), "search gantry.internal", gateway.plus(4) + "\t" + id.shortForm(), "0x9");
        host.runtime.remove(id);
        assertThat(links.indexOf(attachment(5).hostInterface())).isEmpty();
    }

    @Test
    void reachesItsGatewayAndASecondRunTakesTheSameCable() throws Exception {
        ContainerId id = TestHost.newId();
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getByName(gateway.toString()))) {
            for (int run = 1; run <= 2; run++) {
                String script = "echo run " + run + " | nc " + gateway + " " + server.getLocalPort();
                host.runtime.start(host.request(id, TestHost.shell(script), run, Optional.of(attachment(7))));
                server.setSoTimeout(10_000);
                try (Socket met = server.accept()) {
                    assertThat(met.getInetAddress().getHostAddress()).isEqualTo(gateway.plus(6).toString());
                    assertThat(new String(met.getInputStream().readNBytes(6), StandardCharsets.UTF_8)).isEqualTo("run " + run + "\n");
                }
                assertThat(host.awaitEnd(id).code()).isZero();
            }
        }
    }
}
