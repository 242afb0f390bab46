package io.gantry.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.event.ContainerEvent;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.DeploymentId;
import io.gantry.contracts.id.Ids;
import io.gantry.contracts.spec.Owner;
import io.gantry.contracts.state.Desired;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OthersTest {
    private static final Instant NOON = Instant.parse("2026-11-28T12:00:00Z");
    private final Random random = new Random(1);
    private final Others others = new Others();

    @Test
    void whatNoDeploymentAskedForIsNoReplica() {
        ContainerId persons = asked(new Owner.Person());
        ContainerId replica = asked(new Owner.Replica(new DeploymentId(Ids.of("deployment", NOON, random)), "web", 1, 0));
        assertThat(others.has(persons)).isTrue();
        assertThat(others.has(replica)).isFalse();
        others.note(new ContainerEvent.LifeChanged(replica, Desired.Life.RUNNING, 1));
        assertThat(others.has(replica)).as("only a request says whose it is").isFalse();
    }

    @Test
    void aReplicasFactsAreAllTakenInAndOfOthersThoseThatChangeRoom() {
        ContainerId persons = asked(new Owner.Person());
        ContainerId replica = asked(new Owner.Replica(new DeploymentId(Ids.of("deployment", NOON, random)), "web", 1, 0));
        ContainerId forgotten = new ContainerId(Ids.hex64(random));
        assertThat(others.passes(new ContainerEvent.Unplaceable(persons, Map.of()))).isTrue();
        assertThat(others.passes(new ContainerEvent.Readiness(persons, null, true))).isTrue();
        for (ContainerId one : List.of(replica, forgotten)) {
            assertThat(others.passes(new ContainerEvent.Unplaceable(one, Map.of()))).isFalse();
            assertThat(others.passes(new ContainerEvent.Readiness(one, null, true))).isFalse();
        }
        assertThat(others.passes(new ContainerEvent.LifeChanged(persons, Desired.Life.REMOVED, 1))).as("its room is free").isFalse();
    }

    @Test
    void theLatestAreRemembered() {
        ContainerId first = asked(new Owner.Person());
        ContainerId last = first;
        for (int i = 0; i < 10_000; i++) {
            last = asked(new Owner.Person());
        }
        assertThat(others.has(first)).isFalse();
        assertThat(others.has(last)).isTrue();
    }

    private ContainerId asked(Owner owner) {
        ContainerId id = new ContainerId(Ids.hex64(random));
        others.note(new ContainerEvent.Requested(id, "default", "one", owner, null, null, Desired.Life.RUNNING));
        return id;
    }
}
