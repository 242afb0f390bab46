package io.gantry.agent.execute;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.runtime.Attachment;
import io.gantry.agent.runtime.RunRequest;
import io.gantry.agent.runtime.Running;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.Resources;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.contracts.view.IsolationView;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

    private RunRequest on(ContainerId id, ContainerSpec spec, Attachment... networks) {
        RunRequest plain = host.request(id, spec);
        return new RunRequest(plain.container(), 1, plain.layers(), List.of(networks), plain.files());
    }

    private String inside(Running running, String... command) throws Exception {
        List<String> all = new ArrayList<>(List.of("nsenter", "-t", Integer.toString(running.pid()), "-n"));
        all.addAll(List.of(command));
        Process process = new ProcessBuilder(all).redirectErrorStream(true).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(text).isZero();
        return text;
    }

    @Test
    void hasAnInterfaceOnEachOfItsNetworksAndTheWayOutByTheFirst() throws Exception {
        Attachment second = TestBridge.attachment(TestBridge.beside(host.node), 6);
        try (TestBridge beside = new TestBridge(TestBridge.beside(host.node))) {
            ContainerId id = TestHost.newId();
            String script = "ip -o address; ip route; cat /sys/class/net/eth1/address /etc/hosts; echo up; sleep 1000";
            host.runtime.start(on(id, TestHost.shell(script), attachment(5), second));
            host.awaitOutput(id, "up");
            assertThat(host.output(id))
                    .contains("eth0    inet " + attachment(5).address() + "/24", "eth1    inet " + second.address() + "/24")
                    .contains("default via " + host.bridge.gateway + " dev eth0", second.mac().value())
                    .contains(attachment(5).address() + "\t" + id.shortForm(), second.address() + "\t" + id.shortForm())
                    .doesNotContain("default via " + beside.gateway);
            assertThat(host.runtime.isolation(id).drift()).isEmpty();
            beside.links.setDown(beside.links.indexOf(second.hostInterface()).orElseThrow());
            assertThat(host.runtime.isolation(id).drift()).containsExactly(
                    new IsolationView.Drift("network", second.hostInterface() + " to eth1", second.hostInterface() + " is down"));
            host.runtime.remove(id);
            assertThat(beside.cables(6)).isEmpty();
            assertThat(host.bridge.cables(5)).isEmpty();
        }
    }

    /** Files, the way out and rates go with it; a server that listens on all its addresses is reached at each. */
    @Test
    void comesOntoNetworksAndGoesOffThemAsItRuns() throws Exception {
        Attachment second = TestBridge.attachment(TestBridge.beside(host.node), 4);
        try (TestBridge beside = new TestBridge(TestBridge.beside(host.node))) {
            ContainerId id = TestHost.newId();
            ContainerSpec spec = TestHost.limited(
                    TestHost.shell("while true; do nc -l -p 9 -e echo hello; done & echo up; wait"), Resources.limits().networkOut(Bytes.mebi(2)).build());
            Running running = host.runtime.start(on(id, spec, attachment(5)));
            host.awaitOutput(id, "up");

            host.runtime.rewire(id, List.of(second, attachment(5)));
            assertThat(answer(second)).isEqualTo("hello");
            assertThat(answer(attachment(5))).as("where it was before").isEqualTo("hello");
            assertThat(inside(running, "ip", "route", "show", "default")).isEqualTo("default via " + beside.gateway + " dev eth1 \n");
            assertThat(inside(running, "tc", "qdisc", "show", "dev", "eth1")).contains("tbf");
            assertThat(hosts(running)).contains(attachment(5).address() + "\t", second.address() + "\t");
            assertThat(etc(running, "resolv.conf")).startsWith("nameserver " + beside.gateway + "\n");
            assertThat(host.runtime.isolation(id).drift()).isEmpty();
            String before = inside(running, "ip", "-o", "link");
            host.runtime.rewire(id, List.of(second, attachment(5)));
            assertThat(inside(running, "ip", "-o", "link")).as("once more").isEqualTo(before);

            host.runtime.close();
            host.boot(StepListener.NONE);
            host.runtime.recover();
            host.runtime.rewire(id, List.of(attachment(5)));
            assertThat(answer(attachment(5))).isEqualTo("hello");
            assertThat(inside(running, "ip", "-o", "link")).doesNotContain("eth1");
            assertThat(inside(running, "ip", "route", "show", "default")).isEqualTo("default via " + host.bridge.gateway + " dev eth0 \n");
            assertThat(hosts(running)).doesNotContain(second.address() + "\t");
            assertThat(etc(running, "resolv.conf")).startsWith("nameserver " + host.bridge.gateway + "\n");
            assertThat(beside.cables(4)).isEmpty();

            host.runtime.rewire(id, List.of());
            assertThat(inside(running, "ip", "-o", "link")).doesNotContain("eth");
            host.runtime.rewire(id, List.of(second));
            assertThat(inside(running, "ip", "route", "show", "default")).isEqualTo("default via " + beside.gateway + " dev eth0 \n");
            assertThat(answer(second)).isEqualTo("hello");
            host.runtime.remove(id);
            assertThat(beside.cables(4)).isEmpty();
        }
    }

    private static String hosts(Running running) throws Exception {
        return etc(running, "hosts");
    }

    private static String etc(Running running, String name) throws Exception {
        return Files.readString(Path.of("/proc/" + running.pid() + "/root/etc", name));
    }

    private static String answer(Attachment network) throws Exception {
        try (Socket socket = connect(network.address().toString())) {
            socket.setSoTimeout(5000);
            return new String(socket.getInputStream().readNBytes(5), StandardCharsets.UTF_8);
        }
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
