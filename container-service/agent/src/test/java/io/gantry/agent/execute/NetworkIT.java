package io.gantry.agent.execute;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.runtime.Attachment;
import io.gantry.agent.runtime.RunRequest;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.Resources;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.Ipv4;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A container's cable to a real bridge. */
@Timeout(60)
class NetworkIT {
    @AutoClose private final TestHost host = TestHost.make().bridged();

    private Attachment attachment(int last) {
        return TestBridge.attachment(host.node, last);
    }

    @Test
    void hasItsAddressRouteAndNames() throws Exception {
        Ipv4 gateway = host.bridge.gateway;
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
        assertThat(host.bridge.cables(5)).isEmpty();
    }

    /** Both ways, and otherwise as it runs. */
    @Test
    void passesNoMoreThanItsRates() throws Exception {
        ContainerId id = TestHost.newId();
        String script = "while true; do nc -l -p 9 -e sh -c 'head -c 2097152 | wc -c; head -c 2097152 /dev/zero'; done & echo up; wait";
        Resources slow = Resources.limits().networkIn(Bytes.mebi(1)).networkOut(Bytes.mebi(2)).build();
        RunRequest request = host.request(id, TestHost.limited(TestHost.shell(script), slow), 1, Optional.of(attachment(9)));
        host.runtime.start(request);
        host.awaitOutput(id, "up");
        String address = attachment(9).address().toString();
        double[] limited = passes(address);
        assertThat(limited[0]).as("2 MiB in at 1 MiB/s").isBetween(1.3, 6.0);
        assertThat(limited[1]).as("2 MiB out at 2 MiB/s").isBetween(0.6, 4.0);
        assertThat(host.runtime.update(TestHost.updated(request.container(), null))).isEmpty();
        double[] quick = passes(address);
        assertThat(quick[0]).isLessThan(limited[0] / 2);
        assertThat(quick[1]).isLessThan(limited[1] / 2);
        host.runtime.remove(id);
    }

    /** Seconds for 2 MiB to the container, and for as much back. */
    private static double[] passes(String address) throws Exception {
        try (Socket socket = connect(address)) {
            long begin = System.nanoTime();
            socket.getOutputStream().write(new byte[2 << 20]);
            byte[] counted = socket.getInputStream().readNBytes(8);
            double in = (System.nanoTime() - begin) / 1e9;
            assertThat(new String(counted, StandardCharsets.UTF_8)).isEqualTo("2097152\n");
            begin = System.nanoTime();
            assertThat(socket.getInputStream().readNBytes(2 << 20)).hasSize(2 << 20);
            return new double[] {in, (System.nanoTime() - begin) / 1e9};
        }
    }

    /** Its program may not listen yet. */
    private static Socket connect(String address) throws Exception {
        for (int attempt = 0; ; attempt++) {
            try {
                return new Socket(address, 9);
            } catch (ConnectException e) {
                if (attempt == 100) {
                    throw e;
                }
                Thread.sleep(20);
            }
        }
    }

    @Test
    void reachesItsGatewayAndASecondRunTakesTheSameCable() throws Exception {
        Ipv4 gateway = host.bridge.gateway;
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
