package io.gantry.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.event.ContainerEvent;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.DeploymentId;
import io.gantry.contracts.id.Ids;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.Owner;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.Observed;
import io.gantry.contracts.unit.ImageRef;
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
    void whatIsRemovedAtItsEndHasItsRoomFromItsPlaceUntilItIsGone() {
        ContainerSpec once = ContainerSpec.from(ImageRef.parse("a:1")).autoRemove(true).build();
        ContainerId runsOnce = asked(new Owner.Person());
        for (ContainerEvent between : between(runsOnce)) {
            assertThat(others.passes(between)).as("one without a place waits, maybe").isFalse();
        }
        others.note(placed(runsOnce, once, new Owner.Person()));
        for (ContainerEvent between : between(runsOnce)) {
            assertThat(others.passes(between)).isTrue();
        }
        assertThat(others.passes(new ContainerEvent.Updated(runsOnce, once.resources(), once.restart()))).as("it is given other room").isFalse();
        assertThat(others.passes(new ContainerEvent.Removed(runsOnce, null, new Owner.Person()))).isFalse();

        ContainerId stays = asked(new Owner.Person());
        others.note(placed(stays, ContainerSpec.from(ImageRef.parse("a:1")).build(), new Owner.Person()));
        for (ContainerEvent between : between(stays)) {
            assertThat(others.passes(between)).isFalse();
        }
    }

    private static ContainerEvent.Placed placed(ContainerId id, ContainerSpec spec, Owner owner) {
        return new ContainerEvent.Placed(id, null, "n1", spec, "one", owner, Map.of());
    }

    private static List<ContainerEvent> between(ContainerId id) {
        return List.of(
                new ContainerEvent.LifeChanged(id, Desired.Life.RUNNING, 1), new ContainerEvent.Started(id, null, 1, NOON),
                new ContainerEvent.Exited(id, null, new Owner.Person(), 1, 0, Observed.ExitReason.EXITED, NOON, null),
                new ContainerEvent.Failed(id, null, new Owner.Person(), new Observed.Failure("exec", 2, "no such file", "")), new ContainerEvent.LifeChanged(id, Desired.Life.REMOVED, 1));
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
