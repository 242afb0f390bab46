package io.gantry.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.event.ContainerEvent;
import io.gantry.contracts.event.NodeEvent;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.Ids;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.id.VolumeId;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.Owner;
import io.gantry.contracts.spec.Resources;
import io.gantry.contracts.spec.RestartPolicy;
import io.gantry.contracts.spec.VolumeMount;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.Observed;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.contracts.unit.MilliCpu;
import io.gantry.kit.fixture.BackboneForTests;
import io.gantry.scheduler.placement.store.PlacementStore;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Where containers go, and what of a node they keep. */
@QuarkusTest
@QuarkusTestResource(BackboneForTests.class)
class PlacementIT extends SchedulerScene {
    @Inject EventLoop loop;
    @Inject SchedulerTransactions transactions;
    @Inject PlacementStore placements;

    @Test
    void seesNodesAndPlacesAContainer() throws Exception {
        JsonNode node = get("/nodes/" + one.name());
        assertThat(node.path("state").asText()).isEqualTo("READY");
        assertThat(node.path("epoch").asLong()).isEqualTo(1);

        ContainerId container = request("plain", null);
        var placed = hosts.await(ContainerEvent.Placed.class, event -> event.id().equals(container));
        assertThat(placed.node()).isEqualTo(one.id());
        assertThat(placed.reasons()).containsEntry(one.name(), "chosen: 13 % of its memory would be requested")
                .containsEntry(two.name(), "possible, but another was better: 13 % of its memory would be requested");
        assertThat(get("/nodes/" + one.name()).path("requestedMemory").asLong()).isEqualTo(512 << 20);
    }

    @Test
    void aRuntimeClassIsPlacedWhereItIsOffered() throws Exception {
        Observed.Node three = hosts.host("three-" + run, 3, List.of("namespaces", "machines"));
        hosts.await(NodeEvent.Ready.class, node -> node.id().equals(three.id()));
        assertThat(get("/nodes/" + three.name()).path("runtimes")).map(JsonNode::asText).containsExactly("namespaces", "machines");
        assertThat(get("/nodes/" + one.name()).path("runtimes")).map(JsonNode::asText).containsExactly("namespaces");

        ContainerEvent.Requested requested = requested(new ContainerId(Ids.hex64(RANDOM)), "special", null, "machines");
        hosts.say(requested);
        var placed = hosts.await(ContainerEvent.Placed.class, event -> event.id().equals(requested.id()));
        assertThat(placed.node()).isEqualTo(three.id());
        assertThat(placed.reasons()).containsEntry(one.name(), "it doesn't offer the runtime class 'machines', but namespaces");

        ContainerEvent.Requested unknown = requested(new ContainerId(Ids.hex64(RANDOM)), "unknown", null, "kata");
        hosts.say(unknown);
        var refused = hosts.await(ContainerEvent.Unplaceable.class, event -> event.id().equals(unknown.id()));
        assertThat(refused.reasons()).containsEntry(three.name(), "it doesn't offer the runtime class 'kata', but namespaces, machines");
        call("POST", "/nodes/" + three.name() + "/drain", null);
    }

    @Test
    void placesAContainerOnceThoughItIsRequestedTwice() throws Exception {
        ContainerId container = new ContainerId(Ids.hex64(RANDOM));
        ContainerEvent.Requested requested = requested(container, "twice", null);
        hosts.say(requested);
        hosts.say(requested);
        ContainerId later = request("afterwards", null);
        hosts.await(ContainerEvent.Placed.class, event -> event.id().equals(container));
        hosts.await(ContainerEvent.Placed.class, event -> event.id().equals(later));
        // facts of one container stay in order, so a second placement of it would come before the answer to this
        hosts.say(new ContainerEvent.Removed(container, one.id(), new Owner.Person()));
        hosts.say(requested(container, "twice", "nowhere"));
        var unplaceable = hosts.await(ContainerEvent.Unplaceable.class, event -> event.id().equals(container));
        assertThat(unplaceable.reasons()).containsEntry("nowhere", "no node has this name");
        assertThat(hosts.seen(ContainerEvent.Placed.class)).filteredOn(event -> event.id().equals(container)).hasSize(1);
    }

    @Test
    void manyPlacementsAtOnceNeverOvercommitANode() throws Exception {
        List<CompletableFuture<Void>> attempts = IntStream.range(0, 24)
                .mapToObj(i -> requested(new ContainerId(Ids.hex64(RANDOM)), "crowd-" + i, one.name()))
                .map(event -> loop.run(() -> transactions.in(tx -> placements.on(tx, event))))
                .toList();
        for (CompletableFuture<Void> attempt : attempts) {
            attempt.get(30, TimeUnit.SECONDS);
        }
        JsonNode node = get("/nodes/" + one.name());
        assertThat(node.path("containers").asInt()).isEqualTo(8);
        assertThat(node.path("requestedMemory").asLong()).isEqualTo(one.memory().value());
    }

    /** Who says nothing may use 512 MiB and is given an eighth of it: a node takes as many as people are used to. */
    @Test
    void roomIsGivenAsItIsRequestedNotAsItIsAllowed() throws Exception {
        ContainerId id = new ContainerId(Ids.hex64(RANDOM));
        ContainerSpec spec = ContainerSpec.from(ImageRef.parse("a:1")).nodeName(one.name()).build();
        hosts.say(new ContainerEvent.Requested(id, "default", "small", new Owner.Person(), spec, image("a", "1"), Desired.Life.CREATED));
        hosts.await(ContainerEvent.Placed.class, event -> event.id().equals(id));
        assertThat(get("/nodes/" + one.name()).path("requestedMemory").asLong()).isEqualTo(64 << 20);
        hosts.say(new ContainerEvent.Updated(
                id, Resources.limits().cpu(new MilliCpu(500)).cpuRequest(new MilliCpu(100)).memory(Bytes.mebi(256)).memoryReservation(Bytes.mebi(128)).build(), RestartPolicy.NO));
        awaitRows("select (cpu, memory)::text from reservation where container = '" + id + "'", "(100,134217728)");
    }

    @Test
    void anUpdateChangesTheRoomThatIsReserved() throws Exception {
        ContainerId id = new ContainerId(Ids.hex64(RANDOM));
        hosts.say(requested(id, "grows", one.name()));
        hosts.await(ContainerEvent.Placed.class, event -> event.id().equals(id));
        hosts.say(new ContainerEvent.Updated(id, Resources.limits().memory(Bytes.mebi(64)).build(), RestartPolicy.ALWAYS));
        awaitRows("select (memory, restart)::text from reservation where container = '" + id + "'", "(67108864,ALWAYS)");
    }

    @Test
    void whatTheAgentWillStartAgainKeepsItsRoom() throws Exception {
        ContainerId id = new ContainerId(Ids.hex64(RANDOM));
        ContainerSpec spec = Json.read(
                "{\"image\":\"a:1\",\"nodeName\":\"%s\",\"restart\":{\"mode\":\"ON_FAILURE\",\"maxRetries\":1}}".formatted(one.name()),
                ContainerSpec.class);
        hosts.say(new ContainerEvent.Requested(id, "default", "twice", new Owner.Person(), spec, image("a", "1"), Desired.Life.RUNNING));
        hosts.await(ContainerEvent.Placed.class, event -> event.id().equals(id));
        hosts.await(ContainerEvent.Readiness.class, event -> event.id().equals(id));
        for (var end : List.of(
                new ContainerEvent.Failed(id, one.id(), new Owner.Person(), new Observed.Failure("exec", 2, "no such file", "")),
                new ContainerEvent.Exited(id, one.id(), new Owner.Person(), 1, 1, Observed.ExitReason.EXITED, Instant.now(), null))) {
            assertThat(get("/nodes/" + one.name()).path("containers").asInt()).isEqualTo(1);
            hosts.say(end);
            awaitRows("select (restarts, active)::text from reservation where container = '" + id + "'",
                    end instanceof ContainerEvent.Failed ? "(1,t)" : "(1,f)");
        }
        assertThat(get("/nodes/" + one.name()).path("containers").asInt()).isZero();
        hosts.say(new ContainerEvent.Removed(id, one.id(), new Owner.Person()));
        awaitRows("select container from reservation where container = '" + id + "'");
    }

    @Test
    void whatIsRemovedAtItsEndKeepsItsRoomUntilItIsGone() throws Exception {
        ContainerId id = new ContainerId(Ids.hex64(RANDOM));
        ContainerSpec spec = ContainerSpec.from(ImageRef.parse("a:1")).nodeName(one.name()).autoRemove(true).build();
        hosts.say(new ContainerEvent.Requested(id, "default", "once", new Owner.Person(), spec, image("a", "1"), Desired.Life.RUNNING));
        hosts.await(ContainerEvent.Readiness.class, event -> event.id().equals(id));
        hosts.say(new ContainerEvent.Exited(id, one.id(), new Owner.Person(), 1, 1, Observed.ExitReason.EXITED, Instant.now(), null));
        hosts.say(new ContainerEvent.LifeChanged(id, Desired.Life.REMOVED, 1));
        // behind both
        hosts.say(new ContainerEvent.Updated(id, Resources.limits().memory(Bytes.mebi(64)).build(), RestartPolicy.NO));
        awaitRows("select (memory, active, halting, ended)::text from reservation where container = '" + id + "'", "(67108864,t,f,f)");
        hosts.say(new ContainerEvent.Removed(id, one.id(), new Owner.Person()));
        awaitRows("select container from reservation where container = '" + id + "'");
    }

    @Test
    void containersThatNameANewVolumeAtTheSameTimeComeTogether() throws Exception {
        VolumeId volume = new VolumeId(Ids.of("volume", Instant.now(), RANDOM));
        VolumeMount nowhere = new VolumeMount(volume, "data", null, "/data", false, true, false);
        List<ContainerEvent.Requested> all = IntStream.range(0, 4)
                .mapToObj(i -> withVolume("user-" + i, null, nowhere))
                .toList();
        List<CompletableFuture<Void>> attempts = all.stream().map(event -> loop.run(() -> transactions.in(tx -> placements.on(tx, event)))).toList();
        for (CompletableFuture<Void> attempt : attempts) {
            attempt.get(30, TimeUnit.SECONDS);
        }
        Set<NodeId> nodes = new HashSet<>();
        for (ContainerEvent.Requested one : all) {
            nodes.add(hosts.await(ContainerEvent.Placed.class, event -> event.id().equals(one.id())).node());
        }
        assertThat(nodes).hasSize(1);

        NodeId other = nodes.contains(one.id()) ? two.id() : one.id();
        ContainerEvent.Requested told = withVolume("told", null, new VolumeMount(volume, "data", other, "/data", false, true, false));
        hosts.say(told);
        assertThat(hosts.await(ContainerEvent.Placed.class, event -> event.id().equals(told.id())).node()).as("what container-service says counts more").isEqualTo(other);
        ContainerEvent.Requested elsewhere = withVolume("elsewhere", other.equals(one.id()) ? two.name() : one.name(), new VolumeMount(volume, "data", other, "/data", false, true, false));
        hosts.say(elsewhere);
        assertThat(hosts.await(ContainerEvent.Unplaceable.class, event -> event.id().equals(elsewhere.id())).reasons()).containsValue("volume 'data' is on another node");
        for (ContainerEvent.Requested each : all) {
            hosts.say(new ContainerEvent.Removed(each.id(), nodes.iterator().next(), new Owner.Person()));
        }
        awaitRows("select volume from volume_place where volume = '" + volume + "'");
    }

    private static ContainerEvent.Requested withVolume(String name, String nodeName, VolumeMount volume) {
        ContainerEvent.Requested plain = requested(new ContainerId(Ids.hex64(RANDOM)), name, nodeName);
        return new ContainerEvent.Requested(
                plain.id(), plain.project(), plain.name(), plain.owner(), plain.spec(), plain.image(), plain.life(), List.of(volume));
    }
}
