package io.gantry.container.lifecycle.core;

import static io.gantry.container.fixture.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.container.fixture.PlayedAgent;
import io.gantry.container.fixture.Samples;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.event.ContainerEvent;
import io.gantry.contracts.event.EndpointEvent;
import io.gantry.contracts.event.Event;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.DeploymentId;
import io.gantry.contracts.id.EndpointId;
import io.gantry.contracts.id.Ids;
import io.gantry.contracts.id.NetworkId;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.NetworkUse;
import io.gantry.contracts.spec.Owner;
import io.gantry.contracts.spec.PortPublish;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.Observed;
import io.gantry.contracts.unit.Ipv4;
import io.gantry.contracts.unit.MacAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectingTest {
    private static final ContainerId ID = Samples.containerId();
    private static final NodeId NODE = Samples.nodeId();
    private static final Owner REPLICA = new Owner.Replica(new DeploymentId(Ids.of("deployment", NOON, new Random(1))), "web", 1, 0);
    private static final PortPublish PORT = new PortPublish(null, 8080, 80, PortPublish.Protocol.TCP);
    private final List<Event> published = new ArrayList<>();
    private Container container;

    @Test
    void comesOntoAFurtherNetworkWhenItIsLeasedAndPluggedIn() {
        running("front");
        tell(new ContainerCommand.Connect(NetworkUse.of("back")));
        assertThat(container.desired().orElseThrow().spec().networks()).containsExactly(NetworkUse.of("front"), NetworkUse.of("back"));
        assertThat(published).last().isEqualTo(new ContainerEvent.NetworksChanged(
                ID, NODE, "n1", container.spec(), "web", new Owner.Person(), true));
        tell(lease("back"));
        assertThat(container.endpoints()).as("by name").extracting(EndpointEvent.Leased::networkName).containsExactly("back", "front");
        assertThat(container.rewired()).isFalse();
        plugged("front", "back");
        assertThat(container.rewired()).isTrue();
        assertThat(container.isPlugged(endpoint("back"))).isTrue();
    }

    @Test
    void goesOffANetworkAndOffTheLast() {
        running("front", "back");
        tell(new ContainerCommand.Disconnect("front"));
        assertThat(container.spec().network()).isEqualTo("back");
        tell(new ContainerCommand.Release(endpoint("front")));
        plugged("back");
        assertThat(container.rewired()).isTrue();
        tell(new ContainerCommand.Disconnect("back"));
        tell(new ContainerCommand.Release(endpoint("back")));
        assertThat(container.endpoints()).isEmpty();
        assertThat(container.connected()).as("it needs no address").isTrue();
        assertThat(container.spec().network()).isEqualTo("back");
    }

    @Test
    void whatIsGoneIsNoMoreChangedByAnAddressThatIsGivenBack() {
        running("front");
        tell(new ContainerCommand.Remove(true, false));
        container = ContainerDecider.evolve(container, new ContainerChange.Removed());
        Container gone = container;
        tell(new ContainerCommand.Release(endpoint("front")));
        assertThat(container).isEqualTo(gone);
    }

    @Test
    void staysAsItWasWhenItCannotBeConnected() {
        running("front");
        ContainerSpec before = container.spec();
        tell(new ContainerCommand.Connect(NetworkUse.of("nowhere")));
        var refusal = new ContainerCommand.RefuseConnect("nowhere", ProblemType.NOT_FOUND, "there is no network 'nowhere'", "make it first");
        tell(refusal);
        assertThat(container.spec()).isEqualTo(before);
        assertThat(accepted(refusal)).as("once").isEmpty();
        assertThat(container.state()).isInstanceOf(ContainerState.Running.class);
    }

    @Test
    void portsGoOverFromOneToAnother() {
        running("front");
        var move = new ContainerCommand.MovePorts(endpoint("front"), List.of(PORT));
        tell(move);
        assertThat(container.endpointOn("front").orElseThrow().ports()).containsExactly(PORT);
        assertThat(accepted(move)).isEmpty();
        assertThat(accepted(new ContainerCommand.MovePorts(endpoint("back"), List.of(PORT)))).as("it isn't there").isEmpty();
    }

    @Test
    void isOnANetworkOnceAndOffOneThatItIsOn() {
        running("front");
        assertThat(refused(new ContainerCommand.Connect(NetworkUse.of("front")))).isEqualTo("container 'web' is on network 'front' already");
        assertThat(refused(new ContainerCommand.Disconnect("back"))).isEqualTo("container 'web' is not on network 'back'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "host", "container:db"})
    void whoHasNoNetworkOfItsOwnHasNoneBesideIt(String mode) {
        make(new Owner.Person(), Samples.spec("shop/web:1").but().network(mode).build());
        assertThat(refused(new ContainerCommand.Connect(NetworkUse.of("back")))).isEqualTo("container 'web' has the network '" + mode + "', and no other beside it");
    }

    @Test
    void aReplicaIsOnWhatItsDeploymentSaysAndWhatHasNoNodeWaitsForIt() {
        make(REPLICA, on("front"));
        assertThat(refused(new ContainerCommand.Connect(NetworkUse.of("back")))).startsWith("container 'web' isn't a person's");
        container = null;
        make(new Owner.Person(), on("front"));
        assertThat(refused(new ContainerCommand.Disconnect("front"))).isEqualTo("container 'web' has no node yet");
    }

    @Test
    void whatWasKeptWhenThereWasOneAddressAtMostIsRead() {
        running("front");
        var json = (com.fasterxml.jackson.databind.node.ObjectNode) Json.mapper().valueToTree(container);
        json.set("endpoint", json.remove("endpoints").get(0));
        assertThat(Json.read(json.toString(), Container.class)).isEqualTo(container);
        json.putNull("endpoint");
        assertThat(Json.read(json.toString(), Container.class).endpoints()).isEmpty();
        assertThat(Json.read(Json.write(container), Container.class)).isEqualTo(container);
    }

    private static ContainerSpec on(String... networks) {
        return Samples.spec("shop/web:1").but().networks(List.of(networks).stream().map(NetworkUse::of).toList()).build();
    }

    private static EndpointId endpoint(String network) {
        return Samples.endpoint(ID, network);
    }

    private static ContainerCommand lease(String network) {
        Ipv4 address = Ipv4.parse("10.64.0.2");
        return new ContainerCommand.Lease(new EndpointEvent.Leased(
                endpoint(network), ID, new NetworkId("c".repeat(64)), network, address, Ipv4.parse("10.64.0.1"), 16, MacAddress.of(address), List.of()));
    }

    private void running(String... networks) {
        make(new Owner.Person(), on(networks));
        tell(new ContainerCommand.Place(NODE, "n1", 1, Map.of()));
        List.of(networks).forEach(network -> tell(lease(network)));
        plugged(networks);
    }

    private void make(Owner owner, ContainerSpec spec) {
        tell(new ContainerCommand.Request(ID, "default", "web", owner, spec, Samples.image(spec.image()), Desired.Life.RUNNING, NOON));
    }

    private void plugged(String... networks) {
        Observed.Container runs = PlayedAgent.phase(ID, Observed.Phase.RUNNING, 1);
        tell(new ContainerCommand.Observe(NODE, container.version() + 1, 1, new Observed.Container(
                ID, runs.phase(), 1, 0, runs.pid(), runs.startedAt(), null, true, null, null, null, null, null, null, null, null, null, null,
                List.of(networks).stream().map(ConnectingTest::endpoint).toList())));
    }

    private void tell(ContainerCommand command) {
        for (ContainerChange change : accepted(command)) {
            Container before = container;
            container = ContainerDecider.evolve(container, change);
            published.addAll(Publication.of(before, container, change));
        }
        assertThat(Json.read(Json.write(container), Container.class)).as("as it is read again").isEqualTo(container);
    }

    private List<ContainerChange> accepted(ContainerCommand command) {
        return ((Decision.Accepted) ContainerDecider.decide(container, command)).changes();
    }

    private String refused(ContainerCommand command) {
        return ((Decision.Refused) ContainerDecider.decide(container, command)).refusal().detail();
    }
}
