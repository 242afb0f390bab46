package io.gantry.agent.network;

import static io.gantry.agent.network.Records.container;
import static io.gantry.agent.network.Records.endpoint;
import static io.gantry.agent.network.Records.gateway;
import static io.gantry.agent.network.Records.network;
import static io.gantry.agent.network.Records.node;
import static io.gantry.agent.network.Records.notReady;
import static io.gantry.agent.network.Records.port;
import static io.gantry.agent.network.Records.service;
import static io.gantry.agent.network.TestHosts.call;
import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.state.Desired;
import io.gantry.contracts.unit.Cidr;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.contracts.unit.MacAddress;
import io.gantry.kernel.netlink.route.Link;
import io.gantry.kernel.netlink.route.Route;
import io.gantry.kernel.netlink.route.RouteNetlink;
import io.gantry.kernel.netlink.socket.NetworkNamespace;
import io.gantry.kernel.nftables.Nftables;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** Three hosts, five containers on two networks, one virtual IP; everything is seen by connections that are made or refused. */
class LinuxHostNetworkIT {
    private static final List<Desired.Endpoint> ENDPOINTS =
            List.of(
                    endpoint(1, 11, 1, port(8080, 80)),
                    endpoint(1, 12, 2),
                    endpoint(1, 13, 3),
                    endpoint(1, 14, 1),
                    endpoint(2, 21, 1),
                    gateway(1, 1), gateway(1, 2), gateway(1, 3), gateway(2, 1), gateway(2, 2), gateway(2, 3));
    private static final List<Desired.Service> SERVICES =
            List.of(
                    service(1, "web", "10.250.0.1", List.of(port(9000, 80)), "10.1.0.11", "10.1.0.12", "10.1.0.13"),
                    service(1, "empty", "10.250.0.9", List.of(port(9009, 80))));

    private static TestHosts hosts;
    private static final List<NetworkNamespace> host = new ArrayList<>();
    private static final List<LinuxHostNetwork> network = new ArrayList<>();
    private static NetworkNamespace c11;
    private static NetworkNamespace c12;
    private static NetworkNamespace c13;
    private static NetworkNamespace c14;
    private static NetworkNamespace c21;

    @BeforeAll
    static void makeHosts() {
        hosts = new TestHosts();
        for (int i = 1; i <= 3; i++) {
            host.add(hosts.host(i));
            network.add(agent(i));
            apply(i, ENDPOINTS, SERVICES);
        }
        c11 = container(1, 11);
        c12 = container(2, 12);
        c13 = container(3, 13);
        c14 = container(1, 14);
        c21 = container(1, 21);
        hosts.serve(c11, 80, "c11");
        hosts.serve(c12, 80, "c12");
        hosts.serve(c13, 80, "c13");
        hosts.serve(c21, 80, "c21");
    }

    @AfterAll
    static void removeHosts() throws Exception {
        network.forEach(LinuxHostNetwork::close);
        hosts.close();
    }

    @Test
    void containersReachEachOtherAcrossHosts() {
        assertThat(call(c11, "10.1.0.12", 80)).isEqualTo("c12 10.1.0.11");
        assertThat(call(c12, "10.1.0.13", 80)).isEqualTo("c13 10.1.0.12");
        assertThat(call(c14, "10.1.0.11", 80)).isEqualTo("c11 10.1.0.14");
        assertThat(pings(c13, "10.1.0.11")).isTrue();
        assertThat(pings(c13, "10.1.0.99")).isFalse();
    }

    @Test
    void aPublishedPortAnswersOnEveryHostToEverybody() {
        assertThat(call(hosts.outside(), "192.168.77.1", 8080)).as("the sender's address is kept on the container's host").isEqualTo("c11 192.168.77.254");
        assertThat(call(hosts.outside(), "192.168.77.2", 8080)).as("elsewhere it is that host's gateway").isEqualTo("c11 10.1.0.2");
        assertThat(call(host(1), "127.0.0.1", 8080)).isEqualTo("c11 10.1.0.1");
        assertThat(call(host(3), "127.0.0.1", 8080)).isEqualTo("c11 10.1.0.3");
        assertThat(call(host(1), "192.168.77.1", 8080)).startsWith("c11 ");
        assertThat(call(c14, "192.168.77.1", 8080)).as("from its own network").startsWith("c11 ");
        assertThat(call(c11, "192.168.77.1", 8080)).as("from itself").startsWith("c11 ");
        assertThat(call(c21, "192.168.77.1", 8080)).as("from another network").startsWith("c11 ");
    }

    @Test
    void aVirtualIpIsBalancedOverAllItsBackends() {
        Set<String> everyone = Set.of("c11", "c12", "c13");
        assertThat(answers(c14, "10.250.0.1", 80)).as("from a container").isEqualTo(everyone);
        assertThat(answers(c11, "10.250.0.1", 80)).as("from a backend itself").isEqualTo(everyone);
        assertThat(answers(c13, "10.250.0.1", 80)).as("from another host's container").isEqualTo(everyone);
        assertThat(answers(host(2), "10.250.0.1", 80)).as("from a host").isEqualTo(everyone);
        assertThat(answers(hosts.outside(), "192.168.77.3", 9000)).as("by its published port").isEqualTo(everyone);
        assertThat(answers(host(1), "127.0.0.1", 9000)).as("by its published port on loopback").isEqualTo(everyone);
    }

    @Test
    void whatNobodyServesIsRefusedAtOnce() {
        assertThat(call(c14, "10.250.0.9", 80)).isEqualTo("Connection refused");
        assertThat(call(hosts.outside(), "192.168.77.1", 9009)).isEqualTo("Connection refused");
    }

    @Test
    void onlyWhatIsPublishedIsReachable() {
        try (RouteNetlink netlink = RouteNetlink.open(hosts.outside())) {
            int bridge = netlink.indexOf("under").orElseThrow();
            for (String subnet : List.of("10.1.0.0/24", "10.250.0.0/24")) {
                netlink.replaceRoute(
                        new Route(
                                Cidr.parse(subnet), bridge, Optional.of(Ipv4.parse("192.168.77.1")), 3));
            }
        }
        assertThat(call(hosts.outside(), "10.1.0.11", 80)).isEqualTo("Connect timed out");
        assertThat(call(hosts.outside(), "10.250.0.1", 80)).isEqualTo("Connection refused");
        assertThat(call(c21, "10.1.0.11", 80)).as("another network").isEqualTo("Connect timed out");
        assertThat(call(c21, "10.250.0.1", 80)).as("another network's virtual IP").isEqualTo("Connection refused");
    }

    @Test
    void whatListensOnTheHostsLoopbackStaysThere() {
        hosts.serve(host(1), 7000, "host");
        try (RouteNetlink netlink = RouteNetlink.open(c14)) {
            netlink.setDown(netlink.indexOf("lo").orElseThrow());
            netlink.addresses().stream().filter(address -> address.address().toString().equals("127.0.0.1")).forEach(netlink::deleteAddress);
            netlink.replaceRoute(
                    new Route(
                            Cidr.parse("127.0.0.1/32"), netlink.indexOf("eth0").orElseThrow(),
                            Optional.of(Ipv4.parse("10.1.0.1")), 3));
        }
        c14.run(() -> write("/proc/sys/net/ipv4/conf/eth0/route_localnet", "1"));
        assertThat(call(c14, "10.1.0.1", 7000)).startsWith("host ");
        assertThat(call(c14, "127.0.0.1", 7000)).isEqualTo("Connect timed out");
    }

    @Test
    void containersReachTheWorldAsTheirHost() {
        hosts.serve(hosts.outside(), 7001, "world");
        assertThat(call(c12, "192.168.77.254", 7001)).isEqualTo("world 192.168.77.2");
    }

    @Test
    void namesAreAnsweredOnTheGateway() throws Exception {
        assertThat(ask(c12, "10.1.0.2", "c11.", Type.A)).isEqualTo("NOERROR 10.1.0.11");
        assertThat(ask(c12, "10.1.0.2", "web.net1.gantry.internal.", Type.A)).isEqualTo("NOERROR 10.250.0.1");
        assertThat(ask(c12, "10.1.0.2", "c11.", Type.AAAA)).isEqualTo("NOERROR");
        assertThat(ask(c12, "10.1.0.2", "nobody.", Type.A)).isEqualTo("NXDOMAIN");
        assertThat(ask(c12, "10.1.0.2", "c21.", Type.A)).as("another network's").isEqualTo("NXDOMAIN");
        assertThat(ask(c12, "10.1.0.2", "example.org.", Type.A)).as("no resolvers").isEqualTo("REFUSED");
        assertThat(call(c12, "10.1.0.2", 53)).as("TCP accepts and waits for a question").isEqualTo("Read timed out");
    }

    @Test
    void whoIsOnTwoNetworksIsToldTheNamesOfBothByEitherServer() throws Exception {
        List<Desired.Endpoint> more = new ArrayList<>(ENDPOINTS);
        more.add(endpoint(2, 12, 2));
        apply(2, more, SERVICES);
        try {
            assertThat(ask(c12, "10.1.0.2", "c21.", Type.A)).isEqualTo("NOERROR 10.2.0.21");
            assertThat(ask(c12, "10.1.0.2", "c21.net2.gantry.internal.", Type.A)).isEqualTo("NOERROR 10.2.0.21");
            assertThat(ask(c12, "10.1.0.2", "c11.", Type.A)).isEqualTo("NOERROR 10.1.0.11");
            assertThat(ask(host(2), "10.1.0.2", "c21.", Type.A)).as("who isn't").isEqualTo("NXDOMAIN");
        } finally {
            apply(2, ENDPOINTS, SERVICES);
        }
    }

    @Test
    void whoHasServersOfItsOwnHasThemAskedForTheWorld() throws Exception {
        try (DatagramSocket server = hosts.outside().call(LinuxHostNetworkIT::openNameServer)) {
            Thread.ofPlatform().daemon().start(() -> answerAll(server));
            network.get(1).resolveBy(Map.of(Records.container(12), List.of(Ipv4.parse("192.168.77.254"))));
            apply(2, ENDPOINTS, SERVICES);
            assertThat(ask(c12, "10.1.0.2", "example.org.", Type.A)).isEqualTo("NOERROR 203.0.113.9");
            assertThat(ask(c12, "10.1.0.2", "c11.", Type.A)).as("its networks' names are as ever").isEqualTo("NOERROR 10.1.0.11");
            assertThat(ask(host(2), "10.1.0.2", "example.org.", Type.A)).as("who has said none").isEqualTo("REFUSED");
        } finally {
            network.get(1).resolveBy(Map.of());
            apply(2, ENDPOINTS, SERVICES);
        }
    }

    private static DatagramSocket openNameServer() {
        try {
            return new DatagramSocket(53, InetAddress.getByName("192.168.77.254"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Everybody is 203.0.113.9. */
    private static void answerAll(DatagramSocket server) {
        while (!server.isClosed()) {
            try {
                DatagramPacket packet = new DatagramPacket(new byte[1500], 1500);
                server.receive(packet);
                Message query = new Message(Arrays.copyOf(packet.getData(), packet.getLength()));
                Message answer = new Message(query.getHeader().getID());
                answer.getHeader().setFlag(Flags.QR);
                answer.addRecord(query.getQuestion(), Section.QUESTION);
                answer.addRecord(new ARecord(query.getQuestion().getName(), DClass.IN, 0, InetAddress.getByName("203.0.113.9")), Section.ANSWER);
                byte[] bytes = answer.toWire();
                server.send(new DatagramPacket(bytes, bytes.length, packet.getSocketAddress()));
            } catch (IOException e) {
                return;
            }
        }
    }

    @Test
    void changesTakeEffectWithApplyAndAreUndoneByIt() throws Exception {
        List<Desired.Endpoint> without = new ArrayList<>(ENDPOINTS);
        without.set(2, notReady(ENDPOINTS.get(2)));
        List<Desired.Service> fewer =
                List.of(service(1, "web", "10.250.0.1", List.of(port(9000, 80)), "10.1.0.11", "10.1.0.12"), SERVICES.get(1));
        apply(3, without, fewer);
        assertThat(ask(c13, "10.1.0.3", "c13.", Type.A)).isEqualTo("NXDOMAIN");
        assertThat(answers(host(3), "10.250.0.1", 80)).isEqualTo(Set.of("c11", "c12"));

        apply(3, ENDPOINTS, SERVICES);
        assertThat(ask(c13, "10.1.0.3", "c13.", Type.A)).isEqualTo("NOERROR 10.1.0.13");
        assertThat(answers(host(3), "10.250.0.1", 80)).isEqualTo(Set.of("c11", "c12", "c13"));
    }

    @Test
    void anotherAgentFindsAllAsItShouldBe() {
        network.get(1).close();
        assertThat(call(hosts.outside(), "192.168.77.2", 8080)).as("no agent runs").startsWith("c11 ");
        network.set(1, agent(2));
        apply(2, ENDPOINTS, SERVICES);
        assertThat(network.get(1).lastChanges()).isZero();
    }

    @Test
    void whatSomebodyBrokeIsMended() throws Exception {
        apply(2, ENDPOINTS, SERVICES);
        assertThat(network.get(1).lastChanges()).isZero();
        try (Nftables nftables = Nftables.open(host(2));
                RouteNetlink netlink = RouteNetlink.open(host(2))) {
            nftables.run("flush chain ip gantry_000000000002 arriving");
            netlink.neighbours().forEach(netlink::deleteNeighbour);
        }
        assertThat(call(hosts.outside(), "192.168.77.2", 8080)).isEqualTo("Connection refused");
        apply(2, ENDPOINTS, SERVICES);
        assertThat(call(hosts.outside(), "192.168.77.2", 8080)).startsWith("c11 ");
    }

    @Test
    void tearDownLeavesNothingOfOursAndAllOfOthers() {
        NetworkNamespace fourth = hosts.host(4);
        try (Nftables nftables = Nftables.open(fourth);
                RouteNetlink netlink = RouteNetlink.open(fourth);
                LinuxHostNetwork agent = new LinuxHostNetwork(settings(4, fourth))) {
            nftables.run("table ip theirs {\n chain c {\n type filter hook forward priority 0\n }\n}");
            netlink.createBridge("gtheirs", MacAddress.of(Ipv4.parse("10.66.0.1")), 1500);
            String before = nftables.run("list ruleset");
            List<String> linksBefore = linkNames(netlink);

            agent.apply(List.of(network(1, 4)), List.of(endpoint(1, 41, 4), endpoint(1, 42, 2)), SERVICES);
            hosts.container(fourth, agent.attachment(Records.container(41)).orElseThrow());
            assertThat(linkNames(netlink)).contains("gb1");
            agent.tearDown();

            assertThat(nftables.run("list ruleset")).isEqualTo(before);
            assertThat(linkNames(netlink)).isEqualTo(linksBefore);
            assertThat(netlink.routes()).noneMatch(route -> route.destination().toString().startsWith("10.250"));
        }
    }

    private static List<String> linkNames(RouteNetlink netlink) {
        return netlink.links().stream().map(Link::name).sorted().toList();
    }

    private static NetworkNamespace host(int number) {
        return host.get(number - 1);
    }

    private static LinuxHostNetwork agent(int number) {
        return new LinuxHostNetwork(settings(number, host(number)));
    }

    private static LinuxHostNetwork.Settings settings(int number, NetworkNamespace namespace) {
        return new LinuxHostNetwork.Settings(
                node(number), Ipv4.parse("192.168.77." + number), 4789, Path.of("/nonexistent/resolv.conf"), namespace);
    }

    private static void apply(int number, List<Desired.Endpoint> endpoints, List<Desired.Service> services) {
        network.get(number - 1).apply(
                List.of(network(1, number), network(2, number)),
                endpoints.stream().filter(end -> end.container() != null || !end.node().equals(node(number))).toList(),
                services);
    }

    private static NetworkNamespace container(int hostNumber, int number) {
        return hosts.container(host(hostNumber), network.get(hostNumber - 1).attachment(Records.container(number)).orElseThrow());
    }

    /** Who answers nine calls in a row. */
    private static Set<String> answers(NetworkNamespace from, String address, int port) {
        Set<String> names = new TreeSet<>();
        for (int i = 0; i < 9; i++) {
            names.add(call(from, address, port).split(" ")[0]);
        }
        return names;
    }

    private static boolean pings(NetworkNamespace from, String address) {
        return from.call(() -> {
            try {
                return InetAddress.getByName(address).isReachable(1000);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static String ask(NetworkNamespace from, String server, String name, int type) throws Exception {
        byte[] question = Message.newQuery(Record.newRecord(Name.fromString(name), type, DClass.IN)).toWire();
        Message answer = from.call(() -> {
            try (DatagramSocket socket = new DatagramSocket()) {
                socket.setSoTimeout(2000);
                socket.send(new DatagramPacket(question, question.length, new InetSocketAddress(server, 53)));
                DatagramPacket packet = new DatagramPacket(new byte[1500], 1500);
                socket.receive(packet);
                return new Message(Arrays.copyOf(packet.getData(), packet.getLength()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        List<String> words = new ArrayList<>(List.of(Rcode.string(answer.getRcode())));
        answer.getSection(Section.ANSWER).forEach(record -> words.add(record.rdataToString()));
        return String.join(" ", words);
    }

    private static void write(String file, String value) {
        try {
            Files.writeString(Path.of(file), value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
