package io.gantry.agent.network.plan;

import static io.gantry.agent.network.Records.container;
import static io.gantry.agent.network.Records.endpoint;
import static io.gantry.agent.network.Records.gateway;
import static io.gantry.agent.network.Records.network;
import static io.gantry.agent.network.Records.node;
import static io.gantry.agent.network.Records.notReady;
import static io.gantry.agent.network.Records.port;
import static io.gantry.agent.network.Records.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.spec.PortPublish;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.unit.Ipv4;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HostNetworkProgramTest {
    private static final List<Desired.Network> NETWORKS = List.of(network(1, 1), network(2, 1));
    private static final List<Desired.Endpoint> ENDPOINTS =
            List.of(
                    endpoint(1, 10, 1, port(8080, 80)),
                    endpoint(1, 11, 2),
                    gateway(1, 2),
                    notReady(endpoint(1, 12, 1, port(8081, 80))),
                    endpoint(2, 20, 1, new PortPublish(Ipv4.parse("192.0.2.7"), 53, 5353, PortPublish.Protocol.UDP)));
    private static final List<Desired.Service> SERVICES =
            List.of(
                    service(1, "web", "10.250.0.1", List.of(port(9000, 80)), "10.1.0.11", "10.1.0.10"),
                    service(2, "one", "10.250.0.2", List.of(port(9001, 81)), "10.2.0.20"),
                    service(1, "none", "10.250.0.3", List.of(port(9002, 80))));

    @Test
    void rulesetIsAsReviewed() throws IOException {
        golden("ruleset.nft", HostNetworkProgram.program(NETWORKS, ENDPOINTS, SERVICES, node(1), Set.of()).ruleset());
    }

    @Test
    void rulesForFramesAreAsReviewed() throws IOException {
        golden("frames.nft", HostNetworkProgram.program(NETWORKS, ENDPOINTS, SERVICES, node(1), Set.of()).frames().orElseThrow().text());
    }

    @Test
    void nothingDesiredIsAnEmptyPlan() {
        HostNetworkPlan plan = HostNetworkProgram.program(List.of(), ENDPOINTS, SERVICES, node(1), Set.of());
        assertThat(plan.bridges()).isEmpty();
        assertThat(plan.sysctls()).isEmpty();
        assertThat(plan.ruleset()).isEmpty();
        assertThat(plan.frames()).isEmpty();
        assertThat(plan.zones()).isEmpty();
        assertThat(plan.table()).isEqualTo("gantry_000000000001");
    }

    @Test
    void theOrderOfRecordsDoesNotMatter() {
        HostNetworkPlan expected = HostNetworkProgram.program(NETWORKS, ENDPOINTS, SERVICES, node(1), Set.of());
        Random random = new Random(7);
        for (int i = 0; i < 20; i++) {
            assertThat(HostNetworkProgram.program(shuffled(NETWORKS, random), shuffled(ENDPOINTS, random), shuffled(SERVICES, random), node(1), Set.of()))
                    .isEqualTo(expected);
        }
    }

    @Test
    void otherHostsEndpointsAndGatewaysAreProgrammed() {
        HostNetworkPlan.Bridge bridge = HostNetworkProgram.program(NETWORKS, ENDPOINTS, SERVICES, node(1), Set.of()).bridges().getFirst();
        assertThat(bridge.remotes()).extracting(HostNetworkPlan.Remote::address)
                .containsExactly(Ipv4.parse("10.1.0.2"), Ipv4.parse("10.1.0.11"));
        assertThat(bridge.remotes()).extracting(HostNetworkPlan.Remote::host).containsOnly(Ipv4.parse("192.168.77.2"));
        assertThat(bridge.virtualAddresses()).containsExactly(Ipv4.parse("10.250.0.1"), Ipv4.parse("10.250.0.3"));
    }

    @Test
    void namesAreThoseOfReadyEndpointsAndOfServices() {
        HostNetworkPlan.Zone zone = HostNetworkProgram.program(NETWORKS, ENDPOINTS, SERVICES, node(1), Set.of()).zones().getFirst();
        assertThat(zone.names())
                .containsOnlyKeys("c10", "c11", "web", "none", "host.gantry.internal")
                .containsEntry("c11", Set.of(Ipv4.parse("10.1.0.11")))
                .containsEntry("web", Set.of(Ipv4.parse("10.250.0.1")));
    }

    @Test
    void whoIsHereOnTwoNetworksMayKnowTheNamesOfBoth() {
        List<Desired.Endpoint> ends = List.of(endpoint(1, 10, 1), endpoint(2, 10, 1), endpoint(1, 11, 1), endpoint(1, 12, 2), endpoint(2, 12, 2));
        List<HostNetworkPlan.Zone> zones = HostNetworkProgram.program(NETWORKS, ends, List.of(), node(1), Set.of()).zones();
        assertThat(zones.getFirst().beside()).as("not who is elsewhere, or on one").containsOnlyKeys(Ipv4.parse("10.1.0.10"));
        assertThat(zones.getFirst().knownTo(Ipv4.parse("10.1.0.10"))).extracting(HostNetworkPlan.Zone::network).containsExactly("net1", "net2");
        assertThat(zones.getLast().knownTo(Ipv4.parse("10.2.0.10"))).extracting(HostNetworkPlan.Zone::network).containsExactly("net2", "net1");
        assertThat(zones.getFirst().knownTo(Ipv4.parse("10.1.0.11"))).extracting(HostNetworkPlan.Zone::network).containsExactly("net1");
    }

    @Test
    void aPortThatAProgramListensOnIsLeftToIt() {
        Set<PublishedPort> withheld = PublishedPort.in("tcp dport 1 fib daddr type local tcp dport 9000 dnat to fib daddr type local ip daddr 192.0.2.7 udp dport 53 dnat to");
        String careful = HostNetworkProgram.program(NETWORKS, ENDPOINTS, SERVICES, node(1), withheld).ruleset();
        assertThat(PublishedPort.in(careful)).extracting(PublishedPort::toString).containsExactlyInAnyOrder("8080/tcp", "9001/tcp");
        assertThat(careful).as("its virtual IP is served").contains("ip daddr 10.250.0.1 dnat to");
    }

    @Test
    void findsThePublishedPortsInARuleset() {
        String ruleset = HostNetworkProgram.program(NETWORKS, ENDPOINTS, SERVICES, node(1), Set.of()).ruleset();
        assertThat(PublishedPort.in(ruleset))
                .isEqualTo(PublishedPort.of(ENDPOINTS, SERVICES))
                .extracting(PublishedPort::toString)
                .containsExactlyInAnyOrder("8080/tcp", "9000/tcp", "9001/tcp", "192.0.2.7:53/udp");
    }

    @Test
    void interfaceNamesFitTheKernel() {
        HostNetworkPlan plan = HostNetworkProgram.program(NETWORKS, ENDPOINTS, SERVICES, node(1), Set.of());
        assertThat(plan.bridges()).extracting(HostNetworkPlan.Bridge::tunnel).doesNotHaveDuplicates().allMatch(name -> name.length() <= 15);
        assertThat(container(1).value()).hasSize(64);
    }

    private static <T> List<T> shuffled(List<T> list, Random random) {
        List<T> copy = new ArrayList<>(list);
        Collections.shuffle(copy, random);
        return copy;
    }

    /** {@code -Dgantry.golden=write} writes what is missing; a difference is always a failure. */
    private static void golden(String name, String actual) throws IOException {
        Path file = Path.of("src/test/resources/network", name);
        if (!Files.exists(file) && "write".equals(System.getProperty("gantry.golden"))) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, actual);
        }
        assertThat(actual).isEqualTo(Files.readString(file));
    }
}
