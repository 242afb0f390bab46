package io.gantry.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.event.ContainerEvent;
import io.gantry.contracts.event.DeploymentEvent;
import io.gantry.contracts.event.NodeEvent;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.Ids;
import io.gantry.contracts.spec.Owner;
import io.gantry.contracts.state.Observed;
import io.gantry.kit.fixture.BackboneForTests;
import io.gantry.kit.fixture.Tables;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Nodes that fall silent, are lost, come back or are drained. */
@QuarkusTest
@QuarkusTestResource(BackboneForTests.class)
class NodesIT extends SchedulerScene {
    private static final Duration LONGER_THAN_LOST = Duration.ofSeconds(4);

    @Test
    void replicasOfALostNodeAreWantedElsewhere() throws Exception {
        String image = "shop/lost-" + run;
        push(image, "1");
        deploy("lost-" + run, image + ":1", 2);
        assertThat(get("/deployments/lost-" + run + "?wait=steady&timeout=PT30S").path("status").asText()).isEqualTo("STEADY");
        hosts.kill(two);
        var lost = hosts.await(NodeEvent.Lost.class, node -> node.id().equals(two.id()));
        assertThat(lost.epoch()).isEqualTo(2);
        hosts.await(DeploymentEvent.ContainerUnwanted.class, event -> true);
        JsonNode after = get("/deployments/lost-" + run + "?wait=steady&timeout=PT30S");
        assertThat(after.path("ready").asInt()).as(after.toString()).isEqualTo(2);
        assertThat(get("/nodes/" + two.name()).path("state").asText()).isEqualTo("LOST");
        assertThat(hosts.seen(NodeEvent.Lost.class)).extracting(NodeEvent.Lost::id).doesNotContain(one.id());
        assertThat(call("DELETE", "/nodes/" + one.name(), null).statusCode()).isEqualTo(409);
        assertThat(call("DELETE", "/nodes/" + two.name(), null).statusCode()).isEqualTo(204);
        hosts.await(NodeEvent.Removed.class, node -> node.id().equals(two.id()));
        assertThat(call("GET", "/nodes/" + two.name(), null).statusCode()).isEqualTo(404);
    }

    @Test
    void whatOnlyASuspectNodeCouldTakeWaitsForItAndIsPlacedOnce() throws Exception {
        bothSuspect();
        ContainerId container = new ContainerId(Ids.hex64(RANDOM));
        hosts.say(requested(container, "waits", two.name()));
        hosts.say(requested(container, "waits", two.name())); // another fact with the same news
        ContainerId gone = request("gone", two.name());
        awaitWaiting(container, gone);
        hosts.say(new ContainerEvent.Removed(gone, null, new Owner.Person()));
        awaitWaiting(container);
        hosts.revive(two);
        var placed = hosts.await(ContainerEvent.Placed.class, event -> event.id().equals(container));
        assertThat(placed.node()).isEqualTo(two.id());
        hosts.revive(one);
        ContainerId later = request("later", two.name());
        hosts.await(ContainerEvent.Placed.class, event -> event.id().equals(later));
        assertThat(hosts.seen(ContainerEvent.Placed.class)).extracting(ContainerEvent.Placed::id).containsExactly(container, later);
        assertThat(hosts.seen(ContainerEvent.Unplaceable.class)).isEmpty();
        awaitWaiting();
    }

    @Test
    void whatWaitsForANodeThatIsLostIsRefusedWithItsReasons() throws Exception {
        bothSuspect();
        ContainerId bound = request("bound", two.name());
        ContainerId free = request("free", null);
        awaitWaiting(bound, free);
        hosts.revive(one);
        assertThat(hosts.await(ContainerEvent.Placed.class, event -> event.id().equals(free)).node()).isEqualTo(one.id());
        var refused = hosts.await(ContainerEvent.Unplaceable.class, event -> event.id().equals(bound));
        assertThat(refused.reasons()).containsEntry(two.name(), "lost: no heartbeats arrive from it");
        awaitWaiting();
    }

    /** Nobody is heard, so nobody is lost: it stays so until somebody comes back. */
    private void bothSuspect() throws InterruptedException {
        for (Observed.Node node : List.of(one, two)) {
            hosts.kill(node);
            hosts.await(NodeEvent.Suspect.class, suspect -> suspect.id().equals(node.id()));
        }
    }

    /** Those and no others have a row: what survives a restart of the service. */
    private void awaitWaiting(ContainerId... containers) throws Exception {
        awaitRows(
                "select container from waiting order by 1",
                Stream.of(containers).map(ContainerId::value).sorted().toArray(String[]::new));
    }

    @Test
    void aKafkaThatHangsMakesNoNodeSuspectOrLost() throws Exception {
        BackboneForTests.backbone().pauseKafka();
        try {
            Instant end = Instant.now().plus(LONGER_THAN_LOST);
            while (Instant.now().isBefore(end)) {
                assertThat(Tables.rows(jdbc, "select name || ' is ' || state from node where state <> 'READY' and name like '%" + run + "'")).isEmpty();
                Thread.sleep(LOOK_EVERY);
            }
        } finally {
            BackboneForTests.backbone().resumeKafka();
        }
        ContainerId container = request("after-the-hang", one.name());
        hosts.await(ContainerEvent.Placed.class, event -> event.id().equals(container));
        hosts.kill(two); // and one that is silent while Kafka answers is
        hosts.await(NodeEvent.Lost.class, node -> node.id().equals(two.id()));
        // of these hosts: those of the test before fall silent meanwhile
        assertThat(hosts.seen(NodeEvent.Suspect.class)).extracting(NodeEvent.Suspect::id).contains(two.id()).doesNotContain(one.id());
        assertThat(hosts.seen(NodeEvent.Lost.class)).extracting(NodeEvent.Lost::id).contains(two.id()).doesNotContain(one.id());
    }
}
