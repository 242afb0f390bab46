package io.gantry.agent.network;

import static io.gantry.agent.network.Records.container;
import static io.gantry.agent.network.Records.endpoint;
import static io.gantry.agent.network.Records.network;
import static io.gantry.agent.network.Records.node;
import static io.gantry.agent.network.TestHosts.call;
import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.runtime.Attachment;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.contracts.unit.MacAddress;
import io.gantry.kernel.netlink.route.RouteNetlink;
import io.gantry.kernel.netlink.socket.NetworkNamespace;
import io.gantry.kernel.nftables.Nftables;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a container that is root in its own network namespace can do to its neighbours: first without the rule against it, then with it. */
@Timeout(60)
class PosingIT {
    private static final List<Desired.Network> NETWORKS = List.of(network(1, 1), network(2, 1));
    private static final List<Desired.Endpoint> ENDPOINTS = List.of(endpoint(1, 11, 1), endpoint(1, 12, 1), endpoint(1, 13, 1), endpoint(2, 21, 1));
    private static final Ipv4 NOBODYS = Ipv4.parse("10.1.0.99");
    private TestHosts hosts;
    private NetworkNamespace host;
    private LinuxHostNetwork agent;
    private NetworkNamespace server;
    private NetworkNamespace client;
    private NetworkNamespace thief;

    @BeforeEach
    void boot() {
        hosts = new TestHosts();
        host = hosts.host(1);
        agent = new LinuxHostNetwork(new LinuxHostNetwork.Settings(node(1), Ipv4.parse("192.168.77.1"), 4789, Path.of("/nonexistent"), host));
        apply();
        server = plug(11);
        client = plug(12);
        thief = plug(13);
        hosts.serve(server, 80, "server");
        hosts.serve(thief, 80, "thief");
    }

    @AfterEach
    void close() throws Exception {
        agent.close();
        hosts.close();
    }

    private void apply() {
        agent.apply(NETWORKS, ENDPOINTS, List.of());
    }

    private NetworkNamespace plug(int number) {
        return hosts.container(host, agent.attachment(container(number)).orElseThrow());
    }

    @Test
    void takesNoAddressThatIsNotItsOwn() {
        inside(thief, (links, eth0) -> links.addAddress(eth0, NOBODYS, 24));
        without("delete table bridge gantry_000000000001");
        assertThat(call(client, NOBODYS.toString(), 80)).startsWith("thief ");
        apply();
        forget(client);
        assertThat(call(client, NOBODYS.toString(), 80)).isIn("Connect timed out", "No route to host");
        assertThat(call(client, "10.1.0.13", 80)).as("its own works").startsWith("thief ");
    }

    @Test
    void takesNoTrafficOfANeighbourByItsEthernetAddress() {
        assertThat(call(client, "10.1.0.11", 80)).startsWith("server ");
        without("delete table bridge gantry_000000000001");
        inside(thief, PosingIT::becomeTheServer);
        assertThat(call(thief, "10.1.0.1", 7)).as("so that the bridge learns").isEqualTo("Connection refused");
        assertThat(call(client, "10.1.0.11", 80)).startsWith("thief ");
        apply();
        assertThat(call(server, "10.1.0.1", 7)).as("the bridge learns again").isEqualTo("Connection refused");
        assertThat(call(thief, "10.1.0.1", 7)).isNotEqualTo("Connection refused");
        assertThat(call(client, "10.1.0.11", 80)).startsWith("server ");
    }

    @Test
    void sendsNothingUnderAnotherAddress() throws Exception {
        inside(thief, (links, _) -> links.addAddress(links.indexOf("lo").orElseThrow(), NOBODYS, 32));
        try (DatagramSocket receiver = receiver(client)) {
            without("delete table bridge gantry_000000000001");
            send(thief, NOBODYS.toString(), "10.1.0.12", "posing".getBytes(StandardCharsets.US_ASCII));
            assertThat(received(receiver)).isEqualTo("posing from 10.1.0.99");
            apply();
            send(thief, NOBODYS.toString(), "10.1.0.12", "posing".getBytes(StandardCharsets.US_ASCII));
            send(thief, "10.1.0.13", "10.1.0.12", "honest".getBytes(StandardCharsets.US_ASCII));
            assertThat(received(receiver)).isEqualTo("honest from 10.1.0.13");
        }
    }

    /** It is on both by right, and each of its interfaces speaks for its own address alone. */
    @Test
    void whoIsOnTwoNetworksPosesInNeitherAsWhoItIsInTheOther() throws Exception {
        Desired.Endpoint there = endpoint(2, 13, 1);
        List<Desired.Endpoint> all = Stream.concat(ENDPOINTS.stream(), Stream.of(there)).toList();
        agent.apply(NETWORKS, all, List.of());
        Attachment second = agent.attachments(container(13)).getLast();
        assertThat(second.network()).isEqualTo("net2");
        hosts.plugFurther(host, agent.attachments(container(13)).getFirst(), second, "eth1");
        NetworkNamespace stranger = plug(21);
        assertThat(call(stranger, "10.2.0.13", 80)).as("its own works there").startsWith("thief ");
        try (DatagramSocket receiver = receiver(stranger)) {
            without("delete table bridge gantry_000000000001");
            send(thief, "10.1.0.13", "10.2.0.21", "posing".getBytes(StandardCharsets.US_ASCII));
            assertThat(received(receiver)).isEqualTo("posing from 10.1.0.13");
            agent.apply(NETWORKS, all, List.of());
            send(thief, "10.1.0.13", "10.2.0.21", "posing".getBytes(StandardCharsets.US_ASCII));
            send(thief, "10.2.0.13", "10.2.0.21", "honest".getBytes(StandardCharsets.US_ASCII));
            assertThat(received(receiver)).isEqualTo("honest from 10.2.0.13");
        }
    }

    @Test
    void putsNoFrameIntoAnotherNetworkThroughATunnel() throws Exception {
        NetworkNamespace stranger = plug(21);
        byte[] forged = Forged.inTunnel(101, MacAddress.of(Ipv4.parse("10.1.0.12")), Ipv4.parse("10.1.0.66"), Ipv4.parse("10.1.0.12"), 9);
        try (DatagramSocket receiver = receiver(client)) {
            without("flush chain ip gantry_000000000001 guard");
            sendTo(stranger, "10.2.0.21", "192.168.77.1", 4789, forged);
            assertThat(received(receiver)).isEqualTo("forged from 10.1.0.66");
            apply();
            sendTo(stranger, "10.2.0.21", "192.168.77.1", 4789, forged);
            send(server, "10.1.0.11", "10.1.0.12", "honest".getBytes(StandardCharsets.US_ASCII));
            assertThat(received(receiver)).isEqualTo("honest from 10.1.0.11");
        }
    }

    @Test
    void aContainerThatIsStartedBeforeTheNextRoundSpeaksFromItsFirstFrameOn() {
        Desired.Endpoint late = endpoint(1, 14, 1);
        Attachment cable = agent.early(late).orElseThrow();
        assertThat(call(hosts.container(host, cable), "10.1.0.11", 80)).as("nobody has let it").isIn("Connect timed out", "No route to host");
        unplug(cable);
        agent.letSend(cable);
        NetworkNamespace container = hosts.container(host, cable, "again");
        assertThat(call(container, "10.1.0.11", 80)).startsWith("server ");
        apply();
        assertThat(call(container, "10.1.0.11", 80)).as("that round had begun before it came").startsWith("server ");
        agent.apply(NETWORKS, List.of(ENDPOINTS.getFirst(), late), List.of());
        assertThat(call(container, "10.1.0.11", 80)).startsWith("server ");
        apply();
        forget(container);
        assertThat(call(container, "10.1.0.11", 80)).as("its endpoint is gone").isIn("Connect timed out", "No route to host");
    }

    @Test
    void cablesArePluggedInAgainWhenSomebodyHasDeletedTheirBridge() {
        try (RouteNetlink links = RouteNetlink.open(host)) {
            links.delete("gb1");
            assertThat(call(client, "10.1.0.11", 80)).isIn("Connect timed out", "No route to host");
            apply();
            assertThat(call(client, "10.1.0.11", 80)).startsWith("server ");
            assertThat(call(host, "10.1.0.12", 80)).isEqualTo("Connection refused");
            apply();
            assertThat(agent.lastChanges()).isZero();
        }
    }

    private void without(String rule) {
        try (Nftables nftables = Nftables.open(host)) {
            nftables.run(rule);
        }
    }

    private void unplug(Attachment cable) {
        try (RouteNetlink links = RouteNetlink.open(host)) {
            links.delete(cable.hostInterface());
        }
    }

    private interface Work {
        void on(RouteNetlink links, int eth0);
    }

    private static void inside(NetworkNamespace where, Work work) {
        try (RouteNetlink links = RouteNetlink.open(where)) {
            work.on(links, links.indexOf("eth0").orElseThrow());
        }
    }

    /** Its address and its Ethernet address, in place of one's own. */
    private static void becomeTheServer(RouteNetlink links, int eth0) {
        Ipv4 servers = Ipv4.parse("10.1.0.11");
        links.setMac(eth0, MacAddress.of(servers));
        links.addresses().stream().filter(address -> address.link() == eth0).forEach(links::deleteAddress);
        links.addAddress(eth0, servers, 24);
    }

    /** Who has been found on the network. */
    private static void forget(NetworkNamespace where) {
        where.run(() -> {
            try {
                new ProcessBuilder("ip", "neighbour", "flush", "all").start().waitFor();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static DatagramSocket receiver(NetworkNamespace where) {
        return where.call(() -> {
            try {
                DatagramSocket socket = new DatagramSocket(9);
                socket.setSoTimeout(3000);
                return socket;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static String received(DatagramSocket receiver) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[100], 100);
        receiver.receive(packet);
        return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.US_ASCII) + " from " + packet.getAddress().getHostAddress();
    }

    private static void send(NetworkNamespace from, String as, String to, byte[] what) {
        sendTo(from, as, to, 9, what);
    }

    private static void sendTo(NetworkNamespace from, String as, String to, int port, byte[] what) {
        from.run(() -> {
            try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(as, 0))) {
                socket.send(new DatagramPacket(what, what.length, new InetSocketAddress(to, port)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** A frame as no container's own network would let it out. */
    private static final class Forged {
        private static final byte[] WORD = "forged".getBytes(StandardCharsets.US_ASCII);

        /** VXLAN, Ethernet, IPv4, UDP (RFC 7348, 894, 791, 768). */
        static byte[] inTunnel(int vni, MacAddress to, Ipv4 source, Ipv4 destination, int port) {
            ByteBuffer bytes = ByteBuffer.allocate(8 + 14 + 20 + 8 + WORD.length);
            bytes.putInt(0x08000000).putInt(vni << 8);
            bytes.put(to.toBytes()).put(MacAddress.of(source).toBytes()).putShort((short) 0x0800);
            int header = bytes.position();
            bytes.putShort((short) 0x4500).putShort((short) (20 + 8 + WORD.length)).putInt(0).put((byte) 64).put((byte) 17).putShort((short) 0);
            bytes.put(source.toBytes()).put(destination.toBytes());
            bytes.putShort(header + 10, checksum(bytes, header));
            bytes.putShort((short) 9).putShort((short) port).putShort((short) (8 + WORD.length)).putShort((short) 0).put(WORD);
            return bytes.array();
        }

        private static short checksum(ByteBuffer bytes, int header) {
            int sum = 0;
            for (int i = 0; i < 20; i += 2) {
                sum += bytes.getShort(header + i) & 0xffff;
            }
            return (short) ~((sum & 0xffff) + (sum >>> 16));
        }
    }
}
