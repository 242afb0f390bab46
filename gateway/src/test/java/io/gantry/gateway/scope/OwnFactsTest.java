package io.gantry.gateway.scope;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.envelope.Fact;
import io.gantry.contracts.event.ContainerEvent;
import io.gantry.contracts.event.EndpointEvent;
import io.gantry.contracts.event.Event;
import io.gantry.contracts.event.NetworkEvent;
import io.gantry.contracts.event.VolumeEvent;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.NetworkId;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.id.VolumeId;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.spec.Owner;
import io.gantry.contracts.spec.Scope;
import io.gantry.contracts.unit.Cidr;
import io.gantry.gateway.auth.Caller;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class OwnFactsTest {
    private static final Map<String, String> MINE = Map.of("io.gantry.scope", "ci");
    private static final NodeId NODE = new NodeId("node-01980000-0000-7000-8000-000000000001");
    private static final VolumeId VOLUME = new VolumeId("volume-01980000-0000-7000-8000-000000000001");
    private static final VolumeId OTHER_VOLUME = new VolumeId("volume-01980000-0000-7000-8000-000000000002");
    private final ContainerId mine = new ContainerId("a".repeat(64));
    private final ContainerId other = new ContainerId("b".repeat(64));
    private final OwnFacts facts = new OwnFacts(new Caller("ci", Optional.of(Scope.parse("ci"))), Set.of(mine.value()), Set.of());

    @Test
    void tellsOfWhatIsKnownToBeTheirs() {
        assertThat(wants(new ContainerEvent.Removed(mine, NODE, new Owner.Person()))).isTrue();
        assertThat(wants(new ContainerEvent.Removed(other, NODE, new Owner.Person()))).isFalse();
    }

    @Test
    void learnsWhatIsTheirsFromWhatIsMade() {
        assertThat(wants(new VolumeEvent.Removed(VOLUME, "default", "data"))).isFalse();
        assertThat(wants(new VolumeEvent.Created(VOLUME, "default", "data", MINE))).isTrue();
        assertThat(wants(new VolumeEvent.Created(OTHER_VOLUME, "default", "data2", Map.of("io.gantry.scope", "other")))).isFalse();
        assertThat(wants(new VolumeEvent.Removed(VOLUME, "default", "data"))).isTrue();
        assertThat(wants(new VolumeEvent.Removed(OTHER_VOLUME, "default", "data2"))).isFalse();
        NetworkId network = new NetworkId("c".repeat(64));
        assertThat(wants(new NetworkEvent.Created(network, "default", "back", Cidr.parse("10.1.0.0/24"), MINE))).isTrue();
        assertThat(wants(new NetworkEvent.Removed(network, "default", "back"))).isTrue();
    }

    @Test
    void whatNamesOthersIsNotTold() {
        assertThat(wants(new EndpointEvent.Refused(mine, "default", ProblemType.PORT_IN_USE, "port 80 is held by b", null))).isFalse();
    }

    @Test
    void withoutAScopeAllIsTold() {
        assertThat(new OwnFacts(Caller.ofEverything("owner"), Set.of(), Set.of()).wants(fact(new ContainerEvent.Removed(other, NODE, new Owner.Person())))).isTrue();
    }

    private boolean wants(Event event) {
        return facts.wants(fact(event));
    }

    private static Fact fact(Event event) {
        return new Fact(new UUID(0, 1), "/gantry/example", event.subject(), Instant.EPOCH, null, event);
    }
}
