package io.gantry.agent.network;

import static io.gantry.agent.network.Records.container;
import static io.gantry.agent.network.Records.endpoint;
import static io.gantry.agent.network.Records.network;
import static io.gantry.agent.network.Records.node;
import static io.gantry.agent.network.Records.notReady;
import static io.gantry.agent.network.Records.port;
import static io.gantry.agent.network.Records.service;
import static io.gantry.agent.network.TestHosts.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.contracts.spec.PortPublish;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.Observed;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.kernel.netlink.socket.NetworkNamespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Published ports on a host where programs listen. */
@Timeout(60)
class PublishedPortIT {
    private static final Desired.Endpoint WEB = endpoint(1, 11, 1, port(22, 80));
    private static final List<Desired.Service> DEPLOYMENT = List.of(service(1, "web", "10.250.0.1", List.of(port(22, 80)), "10.1.0.11"));
    private TestHosts hosts;
    private NetworkNamespace host;
    private LinuxHostNetwork agent;

    @BeforeEach
    void boot() {
        hosts = new TestHosts();
        host = hosts.host(1);
        agent = agent();
    }

    @AfterEach
    void close() throws Exception {
        agent.close();
        hosts.close();
    }

    private LinuxHostNetwork agent() {
        return new LinuxHostNetwork(new LinuxHostNetwork.Settings(node(1), Ipv4.parse("192.168.77.1"), 4789, Path.of("/nonexistent"), host));
    }

    private void apply(Desired.Endpoint endpoint, List<Desired.Service> services) {
        agent.apply(List.of(network(1, 1)), List.of(endpoint), services);
    }

    /** The container's own server, plugged in. */
    private void serveInside() {
        NetworkNamespace inside = hosts.container(host, agent.attachment(container(11)).orElseThrow());
        hosts.serve(inside, 80, "container");
    }

    @Test
    void aContainerIsNotStartedOnAPortThatAProgramListensOn() throws Exception {
        apply(notReady(WEB), List.of());
        assertThat(agent.refusal(container(11))).as("nobody listens").isEmpty();
        Process busybox = listen("0.0.0.0:22");
        Observed.Failure failure = agent.refusal(container(11)).orElseThrow();
        assertThat(failure.step()).isEqualTo("publish-port");
        assertThat(failure.errno()).isEqualTo(98);
        assertThat(failure.detail()).isEqualTo("port 22/tcp is in use on this node: 'busybox' (pid " + busybox.pid() + ") listens on *:22");
        assertThat(failure.hint()).contains("another host port");
        busybox.destroyForcibly().waitFor();
        assertThat(agent.refusal(container(11))).isEmpty();
    }

    @Test
    void aDeploymentsPortIsLeftToTheProgramUntilItEnds() throws Exception {
        AutoCloseable program = hosts.serve(host, 22, "host");
        apply(endpoint(1, 11, 1), DEPLOYMENT);
        serveInside();
        assertThat(call(hosts.outside(), "192.168.77.1", 22)).isEqualTo("host 192.168.77.254");
        assertThat(call(host, "127.0.0.1", 22)).startsWith("host ");
        assertThat(call(host, "10.250.0.1", 80)).as("its virtual IP is served").startsWith("container ");
        assertThat(agent.withheld()).singleElement().satisfies(withheld -> {
            assertThat(withheld.is(port(22, 80))).isTrue();
            assertThat(withheld.why()).isEqualTo("port 22/tcp is in use on this node: the agent itself, for containers' names or streams, listens on *:22");
        });
        program.close();
        apply(endpoint(1, 11, 1), DEPLOYMENT);
        assertThat(call(hosts.outside(), "192.168.77.1", 22)).startsWith("container ");
        assertThat(agent.withheld()).isEmpty();
    }

    @Test
    void aProgramThatWantsAPublishedPortIsToldThatItIsInUse() throws Exception {
        PortPublish datagrams = new PortPublish(Ipv4.parse("192.168.77.1"), 22, 80, PortPublish.Protocol.UDP);
        apply(endpoint(1, 11, 1, port(22, 80), datagrams), List.of());
        serveInside();
        assertThatThrownBy(() -> hosts.serve(host, 22, "host")).hasMessageContaining("Address already in use");
        assertThatThrownBy(() -> host.call(PublishedPortIT::boundTo22)).hasMessageContaining("Address already in use");
        assertThat(call(hosts.outside(), "192.168.77.1", 22)).startsWith("container ");
        assertThat(call(host, "127.0.0.1", 22)).startsWith("container ");
        assertThat(agent.refusal(container(11))).as("what holds it is ours").isEmpty();
        apply(notReady(WEB), List.of());
        assertThat(agent.refusal(container(11))).isEmpty();
        try (AutoCloseable _ = hosts.serve(host, 22, "host")) {
            assertThat(call(hosts.outside(), "192.168.77.1", 22)).as("it is free again").startsWith("host ");
        }
    }

    @Test
    void aPortThatIsProgrammedStaysWhoeverBindsItWhileNoAgentRuns() throws Exception {
        apply(WEB, List.of());
        serveInside();
        agent.close();
        try (AutoCloseable _ = hosts.serve(host, 22, "host")) {
            agent = agent();
            apply(WEB, List.of());
            assertThat(call(hosts.outside(), "192.168.77.1", 22)).as("a restarted agent doesn't let go").startsWith("container ");
            assertThat(agent.lastChanges()).isZero();
            assertThat(agent.refusal(container(11))).as("it may be restarted").isEmpty();
        }
    }

    @Test
    void containersNamesStayReachable() {
        apply(notReady(endpoint(1, 11, 1, new PortPublish(null, 53, 53, PortPublish.Protocol.UDP))), List.of());
        assertThat(agent.refusal(container(11)).orElseThrow().detail()).contains("port 53/udp", "the agent itself", "10.1.0.1:53");
    }

    @Test
    void udpAndTcpOfOnePortAreTwoThings() {
        apply(notReady(WEB), List.of());
        try (DatagramSocket _ = host.call(PublishedPortIT::boundTo22)) {
            assertThat(agent.refusal(container(11))).isEmpty();
        }
    }

    private static DatagramSocket boundTo22() {
        try {
            return new DatagramSocket(new InetSocketAddress(22));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A program of its own; returns when it listens. */
    private Process listen(String address) throws Exception {
        Process busybox = host.call(() -> {
            try {
                return new ProcessBuilder("busybox", "nc", "-l", "-p", address.substring(address.indexOf(':') + 1)).start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        hosts.onClose(() -> busybox.destroyForcibly().waitFor());
        while (agent.refusal(container(11)).isEmpty() && busybox.isAlive()) {
            Thread.onSpinWait();
        }
        return busybox;
    }
}
