package io.gantry.agent.execute;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.runtime.Attachment;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.unit.Ipv4;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A container's cable to a real bridge. */
@Timeout(60)
class NetworkIT {
    private TestHost host;
    private TestBridge bridge;

    @BeforeEach
    void boot() throws Exception {
        host = TestHost.make();
        bridge = new TestBridge(host.node);
    }

    @AfterEach
    void close() throws Exception {
        try (TestBridge _ = bridge) {
            host.close();
        }
    }

    private Attachment attachment(int last) {
        return TestBridge.attachment(host.node, last);
    }

    @Test
    void hasItsAddressRouteAndNames() throws Exception {
        Ipv4 gateway = bridge.gateway;
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
        assertThat(bridge.cables(5)).isEmpty();
    }

    @Test
    void reachesItsGatewayAndASecondRunTakesTheSameCable() throws Exception {
        Ipv4 gateway = bridge.gateway;
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
