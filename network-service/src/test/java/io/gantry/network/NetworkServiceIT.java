package io.gantry.network;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.agroal.api.AgroalDataSource;
import io.gantry.contracts.envelope.Fact;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.envelope.Topics;
import io.gantry.contracts.event.ContainerEvent;
import io.gantry.contracts.event.DeploymentEvent;
import io.gantry.contracts.event.EndpointEvent;
import io.gantry.contracts.event.NodeEvent;
import io.gantry.contracts.event.ServiceEvent;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.DeploymentId;
import io.gantry.contracts.id.Ids;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.DeploymentSpec;
import io.gantry.contracts.spec.NetworkUse;
import io.gantry.contracts.spec.Owner;
import io.gantry.contracts.spec.PortPublish;
import io.gantry.contracts.spec.Probe;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.Observed;
import io.gantry.contracts.state.StateKey;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.contracts.unit.MacAddress;
import io.gantry.kit.auth.ServiceToken;
import io.gantry.kit.fixture.BackboneForTests;
import io.gantry.kit.fixture.Tables;
import io.gantry.kit.stream.KafkaLink;
import io.quarkus.agroal.DataSource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The service on a real PostgreSQL and Kafka; the rest of the platform is played. */
@QuarkusTest
@QuarkusTestResource(BackboneForTests.class)
class NetworkServiceIT {
    private static final Random RANDOM = new Random();
    /** As the settings of these tests have it. */
    private static final Duration HOLD = Duration.ofSeconds(1);

    @TestHTTPResource("/network-service")
    URI service;

    @Inject ServiceToken token;
    @Inject KafkaLink kafka;
    @Inject @DataSource("network") AgroalDataSource jdbc;

    private final HttpClient http = HttpClient.newHttpClient();
    private final NodeId one = node();
    private final NodeId two = node();
    private final String run = Ids.hex64(RANDOM).substring(0, 6);
    private Platform platform;

    @BeforeEach
    void twoNodes() throws Exception {
        platform = new Platform(kafka);
        platform.tell(new NodeEvent.Ready(one, "one", Ipv4.parse("192.0.2.1"), 7071, 1));
        platform.tell(new NodeEvent.Ready(two, "two", Ipv4.parse("192.0.2.2"), 7071, 1));
        platform.await("both nodes have the default network", () -> gateways().size() == 2);
    }

    @AfterEach
    void noNodes() throws Exception {
        platform.tell(new NodeEvent.Removed(one, "one"));
        platform.tell(new NodeEvent.Removed(two, "two"));
        platform.await("a removed node holds nothing", () -> platform.desired.keySet().stream()
                .noneMatch(key -> Set.of(one, two).contains(key.node())));
        platform.close();
    }

    @Test
    void aPlacedContainerGetsAnEndpointOnAllNodes() throws Exception {
        ContainerId container = container();
        platform.tell(placed(container, "web-" + run, one, spec("default", null)));
        var leased = platform.hear(EndpointEvent.Leased.class, event -> event.container().equals(container));
        assertThat(leased.networkName()).isEqualTo("default");
        assertThat(leased.prefix()).isEqualTo(20);
        assertThat(gateways()).contains(leased.gateway()).doesNotContain(leased.address());
        platform.await("both nodes know it", () -> endpoint(one, leased) != null && endpoint(two, leased) != null);
        assertThat(endpoint(two, leased).nodeAddress()).isEqualTo(Ipv4.parse("192.0.2.1"));
        assertThat(endpoint(two, leased).names()).containsExactly("web-" + run, container.shortForm());
        assertThat(endpoint(two, leased).ready()).isFalse();

        platform.tell(new ContainerEvent.Started(container, one, 1, Instant.now()));
        platform.await("it is ready", () -> endpoint(one, leased).ready() && endpoint(two, leased).ready());
        platform.tell(new ContainerEvent.Renamed(container, "shop-" + run));
        platform.await("it has the new name", () -> endpoint(two, leased).names().contains("shop-" + run));

        platform.tell(new ContainerEvent.Removed(container, one, new Owner.Person()));
        platform.hear(EndpointEvent.Released.class, event -> event.container().equals(container));
        platform.await("nobody knows it", () -> endpoint(one, leased) == null && endpoint(two, leased) == null);
    }

    @Test
    void oneFactHasItsEffectOnce() throws Exception {
        ContainerId container = container();
        ContainerEvent.Placed event = placed(container, "once-" + run, one, spec("default", null));
        Fact fact = new Fact(Ids.uuid7(Instant.now(), RANDOM), "/gantry/test", event.subject(), Instant.now(), null, event);
        for (int i = 0; i < 3; i++) {
            platform.tell(fact);
        }
        platform.hear(EndpointEvent.Leased.class, leased -> leased.container().equals(container));
        ContainerId after = container();
        platform.tell(placed(after, "after-" + run, one, spec("default", null)));
        platform.hear(EndpointEvent.Leased.class, leased -> leased.container().equals(after));
        assertThat(get("/endpoints?container=" + container).path("items")).hasSize(1);
    }

    @Test
    void noAddressIsGivenTwice() throws Exception {
        Set<Ipv4> addresses = new HashSet<>(gateways());
        for (int i = 0; i < 20; i++) {
            ContainerId container = container();
            platform.tell(placed(container, "c" + i + "-" + run, i % 2 == 0 ? one : two, spec("default", null)));
            var leased = platform.hear(EndpointEvent.Leased.class, event -> event.container().equals(container));
            assertThat(addresses.add(leased.address())).isTrue();
        }
    }

    @Test
    void theAddressThatWasGivenBackLongestAgoIsGivenNextOnceItIsHeldNoMore() throws Exception {
        network("again-" + run, "");
        List<ContainerId> containers = List.of(container(), container(), container());
        List<Ipv4> addresses = new ArrayList<>();
        for (ContainerId container : containers) {
            addresses.add(addressOf(container));
        }
        for (int gone : new int[] {2, 0}) {
            platform.tell(new ContainerEvent.Removed(containers.get(gone), one, new Owner.Person()));
            platform.hear(EndpointEvent.Released.class, event -> event.container().equals(containers.get(gone)));
        }
        Thread.sleep(HOLD);
        assertThat(addressOf(container())).isEqualTo(addresses.get(2));
        assertThat(addressOf(container())).isEqualTo(addresses.get(0));
        assertThat(addressOf(container())).isNotIn(addresses);
    }

    private Ipv4 addressOf(ContainerId container) throws Exception {
        return addressOf(container, spec("again-" + run, null), "again-" + run);
    }

    private Ipv4 addressOf(ContainerId container, ContainerSpec spec, String network) throws Exception {
        platform.tell(placed(container, "c-" + container.shortForm(), one, spec));
        return leased(container, network).address();
    }

    @Test
    void anAddressThatWasAskedForIsKeptForWhoeverAsksAgain() throws Exception {
        String name = "kept-" + run;
        network(name, "");
        Ipv4 first = addressOf(container(), spec(name, null), name);
        Ipv4 chosen = first.plus(100);
        ContainerId choosy = container();
        assertThat(addressOf(choosy, on(0, use(name, chosen)), name)).isEqualTo(chosen);
        platform.tell(new ContainerEvent.Removed(choosy, one, new Owner.Person()));
        platform.hear(EndpointEvent.Released.class, event -> event.container().equals(choosy));
        Thread.sleep(HOLD);
        assertThat(addressOf(container(), spec(name, null), name)).isNotEqualTo(chosen);
        assertThat(addressOf(container(), on(0, use(name, chosen)), name)).isEqualTo(chosen);
    }

    @Test
    void aReadinessProbeDecidesAlone() throws Exception {
        ContainerId container = container();
        platform.tell(placed(container, "probed-" + run, one, spec("default", Probe.tcp(80))));
        var leased = platform.hear(EndpointEvent.Leased.class, event -> event.container().equals(container));
        platform.tell(new ContainerEvent.Started(container, one, 1, Instant.now()));
        platform.tell(new ContainerEvent.Renamed(container, "probed2-" + run));
        platform.await("renamed", () -> endpoint(one, leased) != null && endpoint(one, leased).names().contains("probed2-" + run));
        assertThat(endpoint(one, leased).ready()).isFalse();
        platform.tell(new ContainerEvent.Readiness(container, one, true));
        platform.await("ready", () -> endpoint(one, leased).ready());
        platform.tell(new ContainerEvent.Lost(container, one, new Owner.Person()));
        platform.await("lost", () -> !endpoint(one, leased).ready());
    }

    @Test
    void whatIsRemovedAtItsEndIsNotToldToHaveEndedBeforeItIsGone() throws Exception {
        ContainerId container = container();
        platform.tell(placed(container, "once-" + run, one, spec("default", null).but().autoRemove(true).build()));
        var leased = platform.hear(EndpointEvent.Leased.class, event -> event.container().equals(container));
        platform.tell(new ContainerEvent.Started(container, one, 1, Instant.now()));
        platform.await("it is ready", () -> endpoint(one, leased) != null && endpoint(one, leased).ready());
        platform.tell(ended(container, 1, true));
        platform.await("it begins again, and isn't ready meanwhile", () -> !endpoint(one, leased).ready());
        platform.tell(new ContainerEvent.Started(container, one, 2, Instant.now()));
        platform.await("it is ready again", () -> endpoint(one, leased).ready());

        platform.tell(ended(container, 2, false));
        platform.tell(new ContainerEvent.Renamed(container, "once2-" + run));
        platform.await("renamed", () -> endpoint(one, leased).names().contains("once2-" + run));
        assertThat(endpoint(one, leased).ready()).isTrue();
        platform.tell(new ContainerEvent.Removed(container, one, new Owner.Person()));
        platform.await("nobody knows it", () -> endpoint(one, leased) == null && endpoint(two, leased) == null);
    }

    private ContainerEvent.Exited ended(ContainerId container, long run, boolean restarting) {
        return new ContainerEvent.Exited(container, one, new Owner.Person(), run, 0, Observed.ExitReason.EXITED, Instant.now(), null, restarting);
    }

    @Test
    void aTakenPortIsRefusedWithItsHolder() throws Exception {
        int port = 20_000 + RANDOM.nextInt(9_000);
        ContainerId first = container();
        ContainerId second = container();
        platform.tell(placed(first, "first-" + run, one, spec("default", null, port(port), port(0))));
        var leased = platform.hear(EndpointEvent.Leased.class, event -> event.container().equals(first));
        assertThat(leased.ports().get(1).hostPort()).isBetween(32_768, 60_999);
        platform.tell(placed(second, "second-" + run, two, spec("default", null, port(port))));
        var refused = platform.hear(EndpointEvent.Refused.class, event -> event.container().equals(second));
        assertThat(refused.problem()).isEqualTo(ProblemType.PORT_IN_USE);
        assertThat(refused.detail()).isEqualTo("port " + port + "/tcp is held by container first-" + run);
        assertThat(get("/ports").path("items").toString()).contains("\"hostPort\":" + port);
    }

    @Test
    void aPortOfThePlatformItselfIsRefused() throws Exception {
        ContainerId container = container();
        platform.tell(placed(container, "own-" + run, one, spec("default", null, port(7475))));
        var refused = platform.hear(EndpointEvent.Refused.class, event -> event.container().equals(container));
        assertThat(refused.problem()).isEqualTo(ProblemType.PORT_IN_USE);
        assertThat(refused.detail()).isEqualTo("port 7475/tcp is held by the platform itself");
    }

    @Test
    void anUnknownNetworkIsRefused() throws Exception {
        ContainerId container = container();
        platform.tell(placed(container, "x-" + run, one, spec("nowhere", null)));
        var refused = platform.hear(EndpointEvent.Refused.class, event -> event.container().equals(container));
        assertThat(refused.problem()).isEqualTo(ProblemType.NOT_FOUND);
        assertThat(refused.detail()).isEqualTo("there is no network 'nowhere'");
    }

    @Test
    void aContainerOnTwoNetworksHasAnEndpointOnEachAndItsPortsWhereItsWayOutIs() throws Exception {
        network("back-" + run, "");
        network("front-" + run, "");
        ContainerId container = container();
        int port = 20_000 + RANDOM.nextInt(9_000);
        platform.tell(placed(container, "both-" + run, one, on(port, use("front-" + run, null, "shop"), use("back-" + run, null, "db"))));
        var front = leased(container, "front-" + run);
        var back = leased(container, "back-" + run);
        assertThat(back.ports()).extracting(PortPublish::hostPort).containsExactly(port);
        assertThat(front.ports()).isEmpty();
        platform.await("both nodes know both", () -> endpoint(two, front) != null && endpoint(two, back) != null);
        assertThat(endpoint(two, front).names()).containsExactly("both-" + run, "shop", container.shortForm());
        assertThat(endpoint(two, back).names()).containsExactly("both-" + run, "db", container.shortForm());
        platform.tell(new ContainerEvent.Started(container, one, 1, Instant.now()));
        platform.await("it is ready on both", () -> endpoint(one, front).ready() && endpoint(one, back).ready());

        platform.tell(new ContainerEvent.Removed(container, one, new Owner.Person()));
        platform.await("nobody knows it", () -> endpoint(one, front) == null && endpoint(one, back) == null);
        assertThat(call("DELETE", "/networks/front-" + run, null).statusCode()).isEqualTo(204);
    }

    @Test
    void whoCannotHaveAllNetworksHasNone() throws Exception {
        network("alone-" + run, "");
        ContainerId container = container();
        platform.tell(placed(container, "half-" + run, one, on(0, use("alone-" + run, null), use("nowhere", null))));
        var refused = platform.hear(EndpointEvent.Refused.class, event -> event.container().equals(container));
        assertThat(refused.detail()).isEqualTo("there is no network 'nowhere'");
        assertThat(get("/endpoints?container=" + container).path("items")).isEmpty();
        assertThat(call("DELETE", "/networks/alone-" + run, null).statusCode()).isEqualTo(204);
    }

    @Test
    void aContainerComesOntoANetworkAndGoesOffOneAsItRuns() throws Exception {
        network("a-" + run, "");
        network("b-" + run, "");
        ContainerId container = container();
        int port = 20_000 + RANDOM.nextInt(9_000);
        platform.tell(placed(container, "moves-" + run, one, on(port, use("b-" + run, null))));
        var first = leased(container, "b-" + run);
        platform.tell(new ContainerEvent.Started(container, one, 1, Instant.now()));

        var come = changed(container, "moves-" + run, on(port, use("b-" + run, null), use("a-" + run, null, "alias")));
        platform.tell(come);
        platform.tell(come);
        var second = leased(container, "a-" + run);
        platform.await("its ports lead where its way out is", () -> endpoint(two, second) != null
                && endpoint(two, second).ports().equals(first.ports()) && endpoint(two, first).ports().isEmpty());
        assertThat(endpoint(two, second).ready()).as("it runs already").isTrue();
        assertThat(endpoint(two, second).names()).contains("alias", "moves-" + run);
        assertThat(get("/endpoints?container=" + container).path("items")).hasSize(2);

        platform.tell(changed(container, "moves-" + run, on(port, use("b-" + run, null))));
        platform.hear(EndpointEvent.Released.class, event -> event.id().equals(second.id()));
        platform.await("its ports are back", () -> endpoint(two, second) == null && endpoint(two, first).ports().equals(first.ports()));

        platform.tell(changed(container, "moves-" + run, on(port, use("b-" + run, null)).but().networks(List.of()).build()));
        platform.await("it is on none", () -> endpoint(one, first) == null);
        platform.tell(changed(container, "moves-" + run, on(port, use("a-" + run, null))));
        platform.hear(EndpointEvent.Leased.class, event -> event.container().equals(container)
                && !event.id().equals(second.id()) && event.networkName().equals("a-" + run) && event.ports().equals(first.ports()));
    }

    @Test
    void whatCannotBeConnectedStaysAsItWas() throws Exception {
        network("c-" + run, "");
        ContainerId container = container();
        platform.tell(placed(container, "stays-" + run, one, on(0, use("c-" + run, null))));
        var first = leased(container, "c-" + run);
        platform.tell(changed(container, "stays-" + run, on(0, use("c-" + run, null), use("nowhere", null))));
        var refused = platform.hear(EndpointEvent.ConnectRefused.class, event -> event.container().equals(container));
        assertThat(refused.networkName()).isEqualTo("nowhere");
        assertThat(refused.problem()).isEqualTo(ProblemType.NOT_FOUND);
        platform.await("it is where it was", () -> endpoint(one, first) != null);
        assertThat(get("/endpoints?container=" + container).path("items")).hasSize(1);
    }

    @Test
    void anAddressIsHadByWhoAsksForItUnlessSomebodyHasIt() throws Exception {
        int third = RANDOM.nextInt(256);
        network("chosen-" + run, ", \"subnet\": \"10.77." + third + ".0/24\"");
        Ipv4 wanted = Ipv4.parse("10.77." + third + ".99");
        ContainerId first = container();
        platform.tell(placed(first, "one-" + run, one, on(0, use("chosen-" + run, wanted))));
        assertThat(leased(first, "chosen-" + run).address()).isEqualTo(wanted);

        ContainerId second = container();
        platform.tell(placed(second, "two-" + run, two, on(0, use("chosen-" + run, wanted))));
        var taken = platform.hear(EndpointEvent.Refused.class, event -> event.container().equals(second));
        assertThat(taken.detail()).isEqualTo("the address " + wanted + " of network 'chosen-" + run + "' is in use");
        ContainerId outside = container();
        platform.tell(placed(outside, "three-" + run, two, on(0, use("chosen-" + run, Ipv4.parse("10.78.0.1")))));
        var refused = platform.hear(EndpointEvent.Refused.class, event -> event.container().equals(outside));
        assertThat(refused.problem()).isEqualTo(ProblemType.INVALID_FIELD);
        assertThat(refused.detail()).startsWith("no container has the address 10.78.0.1 in network 'chosen-" + run + "'");

        platform.tell(new ContainerEvent.Removed(first, one, new Owner.Person()));
        platform.hear(EndpointEvent.Released.class, event -> event.container().equals(first));
        ContainerId next = container();
        platform.tell(placed(next, "next-" + run, two, on(0, use("chosen-" + run, wanted))));
        assertThat(leased(next, "chosen-" + run).address()).as("at once").isEqualTo(wanted);
    }

    @Test
    void anEthernetAddressIsHadByWhoAsksForItOnEveryNetworkOnce() throws Exception {
        MacAddress wanted = new MacAddress("02:00:00:00:00:0a");
        network("cables-" + run, "");
        ContainerId first = container();
        platform.tell(placed(first, "cabled-" + run, one, on(0, with("cables-" + run, wanted), with("default", wanted))));
        var leased = leased(first, "cables-" + run);
        assertThat(leased.mac()).isEqualTo(wanted);
        platform.await("the nodes are told", () -> endpoint(one, leased) != null && endpoint(one, leased).mac().equals(wanted));
        assertThat(get("/endpoints?network=cables-" + run).path("items").findValuesAsText("mac")).containsExactly(wanted.value());

        ContainerId second = container();
        platform.tell(placed(second, "second-" + run, two, on(0, with("cables-" + run, wanted))));
        var taken = platform.hear(EndpointEvent.Refused.class, event -> event.container().equals(second));
        assertThat(taken.problem()).isEqualTo(ProblemType.CONFLICT);
        assertThat(taken.detail()).isEqualTo("the Ethernet address " + wanted + " of network 'cables-" + run + "' is in use");

        platform.tell(new ContainerEvent.Removed(first, one, new Owner.Person()));
        platform.hear(EndpointEvent.Released.class, event -> event.container().equals(first));
        ContainerId next = container();
        platform.tell(placed(next, "next-" + run, two, on(0, with("cables-" + run, wanted))));
        assertThat(leased(next, "cables-" + run).mac()).isEqualTo(wanted);
    }

    private static NetworkUse with(String network, MacAddress mac) {
        return new NetworkUse(network, List.of(), null, mac);
    }

    @Test
    void aServiceIsLeasedWithAllItsPortsOrRefusedWithWhoHoldsOne() throws Exception {
        int port = 20_000 + RANDOM.nextInt(9_000);
        DeploymentId first = deployment();
        var leased = answer(want(first, "first-" + run, "default", port(port), port(0)), ServiceEvent.Leased.class);
        assertThat(leased.address().toString()).startsWith("10.211.");
        assertThat(leased.ports().getFirst().hostPort()).isEqualTo(port);
        assertThat(leased.ports().getLast().hostPort()).isBetween(32_768, 60_999);

        DeploymentId second = deployment();
        var refused = answer(want(second, "second-" + run, "default", port(0), port(port)), ServiceEvent.Refused.class);
        assertThat(refused.problem()).isEqualTo(ProblemType.PORT_IN_USE);
        assertThat(refused.detail()).isEqualTo("port " + port + "/tcp is held by deployment first-" + run);
        assertThat(refused.field()).isEqualTo("ports[1].hostPort");
        assertThat(get("/ports").path("items").findValuesAsText("id")).doesNotContain(second.value());

        platform.tell(new DeploymentEvent.ServiceUnwanted(first));
        answer(want(first, "again-" + run, "default"), ServiceEvent.Leased.class); // facts of one deployment are in order
        answer(want(second, "second-" + run, "default", port(port)), ServiceEvent.Leased.class);
        platform.await("only the second has the port", () -> virtual(one, second) != null && virtual(one, second).ports().equals(List.of(port(port)))
                && virtual(one, first) != null && virtual(one, first).ports().isEmpty());
    }

    @Test
    void aDeploymentThatIsRefusedMoreKeepsWhatItHas() throws Exception {
        int port = 20_000 + RANDOM.nextInt(9_000);
        DeploymentId holder = deployment();
        answer(want(holder, "holder-" + run, "default", port(port)), ServiceEvent.Leased.class);
        DeploymentId asker = deployment();
        var before = answer(want(asker, "asker-" + run, "default", port(port + 1)), ServiceEvent.Leased.class);
        answer(want(asker, "asker-" + run, "default", port(port + 1), port(port)), ServiceEvent.Refused.class);
        assertThat(answer(want(asker, "asker-" + run, "nowhere", port(port + 1)), ServiceEvent.Refused.class).problem())
                .isEqualTo(ProblemType.NOT_FOUND);
        // a rollout that goes back by itself asks nobody, and is told all the same
        platform.tell(new DeploymentEvent.RolloutStarted(
                asker, "asker-" + run, 2, 3, new DeploymentSpec(1, spec("default", null, port(port)), null), "rolled back by itself"));
        platform.hear(ServiceEvent.Refused.class, event -> event.deployment().equals(asker) && event.request() == null);
        platform.await("it has its port", () -> virtual(two, asker) != null && virtual(two, asker).ports().equals(List.of(port(port + 1))));
        assertThat(virtual(two, asker).address()).isEqualTo(before.address());
    }

    private <E extends ServiceEvent> E answer(DeploymentEvent.ServiceWanted wanted, Class<E> type) throws Exception {
        platform.tell(wanted);
        return platform.hear(type, event -> wanted.request().equals(switch ((ServiceEvent) event) {
            case ServiceEvent.Leased leased -> leased.request();
            case ServiceEvent.Refused refused -> refused.request();
        }));
    }

    private static DeploymentEvent.ServiceWanted want(DeploymentId id, String name, String network, PortPublish... ports) {
        return new DeploymentEvent.ServiceWanted(id, Ids.uuid7(Instant.now(), RANDOM), name, network, List.of(ports));
    }

    private static DeploymentId deployment() {
        return new DeploymentId(Ids.of("deployment", Instant.now(), RANDOM));
    }

    @Test
    void aDeploymentsVirtualIpFollowsItsReplicas() throws Exception {
        DeploymentId deployment = deployment();
        int port = 29_000 + RANDOM.nextInt(2_000);
        ContainerSpec template = spec("default", null, port(port));
        platform.tell(new DeploymentEvent.Created(deployment, "default", "d-" + run, new DeploymentSpec(2, template, null), 1));
        platform.await("the virtual IP is everywhere", () -> virtual(one, deployment) != null && virtual(two, deployment) != null);
        assertThat(virtual(one, deployment).names()).containsExactly("d-" + run);
        assertThat(virtual(one, deployment).ports()).containsExactly(port(port));
        assertThat(virtual(one, deployment).address().toString()).startsWith("10.211.");

        ContainerId replica = container();
        platform.tell(new ContainerEvent.Placed(
                replica, one, "one", spec("default", null), "d-1-" + run, new Owner.Replica(deployment, "d-" + run, 1, 0), Map.of()));
        var leased = platform.hear(EndpointEvent.Leased.class, event -> event.container().equals(replica));
        platform.tell(new ContainerEvent.Started(replica, one, 1, Instant.now()));
        platform.await("it takes traffic", () -> virtual(two, deployment).backends().equals(List.of(leased.address())));
        platform.tell(new DeploymentEvent.ContainerRetiring(deployment, replica));
        platform.await("it takes no more", () -> virtual(two, deployment).backends().isEmpty());
        assertThat(endpoint(two, leased).ready()).isTrue();

        platform.tell(new DeploymentEvent.Removed(deployment, "default", "d-" + run));
        platform.await("it is gone", () -> virtual(one, deployment) == null && virtual(two, deployment) == null);
    }

    /** On whichever of its networks something changes. */
    @Test
    void aReplicaOnTwoNetworksStaysBehindItsVirtualIp() throws Exception {
        String other = "other-" + run;
        network(other, "");
        DeploymentId deployment = deployment();
        answer(want(deployment, "both-" + run, "default"), ServiceEvent.Leased.class);
        ContainerId replica = container();
        Owner owner = new Owner.Replica(deployment, "both-" + run, 1, 0);
        platform.tell(new ContainerEvent.Placed(replica, one, "one", on(0, use("default", null), use(other, null)), "both-1-" + run, owner, Map.of()));
        var leased = leased(replica, "default");
        platform.tell(new ContainerEvent.Started(replica, one, 1, Instant.now()));
        platform.await("it takes traffic", () -> virtual(two, deployment) != null && virtual(two, deployment).backends().equals(List.of(leased.address())));
        platform.tell(new ContainerEvent.Renamed(replica, "renamed-" + run));
        platform.await("it has its name", () -> endpoint(two, leased).names().contains("renamed-" + run));
        platform.tell(new ContainerEvent.Exited(replica, one, owner, 1, 1, null, Instant.now(), null));
        platform.await("it takes no more", () -> virtual(two, deployment).backends().isEmpty());
    }

    @Test
    void aNewEpochHasEveryRecordWrittenAgain() throws Exception {
        ContainerId container = container();
        platform.tell(placed(container, "epoch-" + run, one, spec("default", null)));
        var leased = platform.hear(EndpointEvent.Leased.class, event -> event.container().equals(container));
        platform.await("known", () -> endpoint(two, leased) != null);
        platform.tell(new NodeEvent.Lost(two, "two", 2));
        platform.await("written again", () -> platform.desired.entrySet().stream()
                .filter(entry -> entry.getKey().node().equals(two))
                .allMatch(entry -> entry.getValue().epoch() == 2));
        assertThat(platform.desired.entrySet().stream().filter(entry -> entry.getKey().node().equals(one)))
                .allMatch(entry -> entry.getValue().epoch() == 1);
    }

    @Test
    void networksAreMadeShownAndRemoved() throws Exception {
        String name = "n" + run;
        var created = call("POST", "/networks", "{\"name\": \"" + name + "\", \"subnet\": \"10.99." + RANDOM.nextInt(256) + ".0/24\", \"labels\": {\"team\": \"shop\"}}");
        assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
        assertThat(get("/networks/" + name).path("labels")).hasToString("{\"team\":\"shop\"}");
        assertThat(get("/networks/" + name).path("gateways")).as("before anybody is on it").isEmpty();
        assertThat(call("POST", "/networks", "{\"name\": \"l" + run + "\", \"labels\": {\"\": \"x\"}}").body()).contains("labels have a name and a text each");
        assertThat(call("POST", "/networks", "{\"name\": \"" + name + "\"}").statusCode()).isEqualTo(409);
        ContainerId container = container();
        platform.tell(placed(container, "in-" + run, one, spec(name, null)));
        var leased = platform.hear(EndpointEvent.Leased.class, event -> event.container().equals(container));
        platform.await("both nodes have it", () -> platform.at(one, "network", leased.network()) != null && platform.at(two, "network", leased.network()) != null);
        assertThat(get("/networks/" + name).path("used").asInt()).isGreaterThanOrEqualTo(3);
        assertThat(get("/networks/" + name).path("gateways")).anySatisfy(gateway -> {
            assertThat(gateway.path("node").asText()).isEqualTo(one.value());
            assertThat(gateway.path("address").asText()).isEqualTo(leased.gateway().toString());
        });

        var refused = call("DELETE", "/networks/" + name, null);
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body()).contains("is used by container in-" + run);

        platform.tell(new ContainerEvent.Removed(container, one, new Owner.Person()));
        platform.hear(EndpointEvent.Released.class, event -> event.container().equals(container));
        assertThat(call("DELETE", "/networks/" + name, null).statusCode()).isEqualTo(204);
        platform.await("no node has it", () -> platform.at(one, "network", leased.network()) == null && platform.at(two, "network", leased.network()) == null);
        assertThat(call("GET", "/networks/" + name, null).statusCode()).isEqualTo(404);
        assertThat(call("DELETE", "/networks/default", null).statusCode()).isEqualTo(409);
    }

    @Test
    void aSubnetThatHoldsANodeIsRefused() throws Exception {
        var refused = call("POST", "/networks", "{\"name\": \"near" + run + "\", \"subnet\": \"192.0.2.0/24\"}");
        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(409);
        assertThat(refused.body()).contains("the address of a node", "choose a subnet apart");
    }

    @Test
    void replayingEveryTopicFromTheStartChangesNothing() throws Exception {
        DeploymentId deployment = deployment();
        int port = 20_000 + RANDOM.nextInt(9_000);
        var service = want(deployment, "re-" + run, "default", port(port));
        answer(service, ServiceEvent.Leased.class);
        ContainerId stays = container();
        ContainerId goes = container();
        for (ContainerId replica : List.of(stays, goes)) {
            Owner owner = new Owner.Replica(deployment, "re-" + run, 1, 0);
            platform.tell(new ContainerEvent.Placed(replica, one, "one", spec("default", null), "re-" + replica.shortForm(), owner, Map.of()));
            platform.tell(new ContainerEvent.Started(replica, one, 1, Instant.now()));
        }
        platform.tell(new DeploymentEvent.ContainerRetiring(deployment, goes));
        platform.tell(new DeploymentEvent.ContainerUnwanted(deployment, goes));
        platform.tell(new ContainerEvent.Removed(goes, one, new Owner.Replica(deployment, "re-" + run, 1, 0)));
        platform.tell(new NodeEvent.Lost(two, "two", 2));
        platform.hear(EndpointEvent.Released.class, event -> event.container().equals(goes));
        var leased = platform.hear(EndpointEvent.Leased.class, event -> event.container().equals(stays));
        platform.await("all of it is so", () -> virtual(two, deployment) != null
                && virtual(two, deployment).backends().equals(List.of(leased.address()))
                && platform.desired.get(StateKey.parse(two + "/service/" + deployment)).epoch() == 2);
        // what was heard is still in the outbox until its deletion has committed
        platform.await("the outbox is empty", () -> Tables.content(jdbc, "outbox").get("outbox").isEmpty());
        Map<String, List<String>> before = content();
        var said = platform.ends(Topics.ENDPOINT, Topics.NODE_DESIRED);
        List<String> consumed = List.of(Topics.CONTAINER, Topics.NODE, Topics.DEPLOYMENT);
        platform.replay(consumed);
        // each partition is in order: when a marker behind the history has been handled, the history has
        List<Fact> markers = new ArrayList<>();
        for (int partition = 0; partition < Topics.FACT_PARTITIONS; partition++) {
            markers.add(platform.tell(new ContainerEvent.Renamed(container(), "marker"), partition));
            markers.add(platform.tell(new NodeEvent.Removed(node(), "marker"), partition));
            markers.add(platform.tell(new DeploymentEvent.ServiceUnwanted(deployment()), partition));
        }
        platform.await("the history has been handled", Duration.ofMinutes(2), () -> handled(markers) == markers.size());
        assertThat(content()).isEqualTo(before);
        assertThat(platform.ends(Topics.ENDPOINT, Topics.NODE_DESIRED)).as("nothing more was said").isEqualTo(said);
    }

    private long handled(List<Fact> facts) {
        Set<String> ids = facts.stream().map(fact -> fact.id().toString()).collect(Collectors.toSet());
        return Tables.rows(jdbc, "select event_id::text from inbox").stream().filter(ids::contains).count();
    }

    private Map<String, List<String>> content() {
        return Tables.content(jdbc, "network", "lease", "node", "gateway", "endpoint", "service", "desired", "outbox");
    }

    private Set<Ipv4> gateways() {
        Set<Ipv4> found = new HashSet<>();
        platform.desired.forEach((key, record) -> {
            if (record.body() instanceof Desired.Network network && network.name().equals("default") && Set.of(one, two).contains(key.node())) {
                found.add(network.gateway());
            }
        });
        return found;
    }

    private Desired.Endpoint endpoint(NodeId node, EndpointEvent.Leased leased) {
        return (Desired.Endpoint) platform.at(node, "endpoint", leased.id());
    }

    private Desired.Service virtual(NodeId node, DeploymentId deployment) {
        return (Desired.Service) platform.at(node, "service", deployment);
    }

    private static ContainerEvent.Placed placed(ContainerId id, String name, NodeId node, ContainerSpec spec) {
        return new ContainerEvent.Placed(id, node, "node", spec, name, new Owner.Person(), Map.of());
    }

    private static ContainerSpec spec(String network, Probe readiness, PortPublish... ports) {
        return ContainerSpec.from(ImageRef.parse("web:1")).network(network).ports(List.of(ports)).readiness(readiness).build();
    }

    private void network(String name, String more) throws Exception {
        assertThat(call("POST", "/networks", "{\"name\": \"" + name + "\"" + more + "}").statusCode()).isEqualTo(201);
    }

    private EndpointEvent.Leased leased(ContainerId container, String network) {
        return platform.hear(EndpointEvent.Leased.class, event -> event.container().equals(container) && event.networkName().equals(network));
    }

    private ContainerEvent.NetworksChanged changed(ContainerId id, String name, ContainerSpec spec) {
        return new ContainerEvent.NetworksChanged(id, one, "one", spec, name, new Owner.Person(), true);
    }

    private static NetworkUse use(String network, Ipv4 address, String... aliases) {
        return new NetworkUse(network, List.of(aliases), address, null);
    }

    /** @param port 0 for none */
    private static ContainerSpec on(int port, NetworkUse... networks) {
        return ContainerSpec.from(ImageRef.parse("web:1")).networks(List.of(networks)).ports(port == 0 ? List.of() : List.of(port(port))).build();
    }

    private static PortPublish port(int hostPort) {
        return new PortPublish(null, hostPort, 80, PortPublish.Protocol.TCP);
    }

    private static ContainerId container() {
        return new ContainerId(Ids.hex64(RANDOM));
    }

    private static NodeId node() {
        return new NodeId(Ids.of("node", Instant.now(), RANDOM));
    }

    private JsonNode get(String path) throws Exception {
        return Json.read(call("GET", path, null).body(), JsonNode.class);
    }

    private HttpResponse<String> call(String method, String path, String body) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create(service + path))
                        .header("Authorization", token.header())
                        .header("Content-Type", "application/json")
                        .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }
}
