package io.gantry.agent.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.agent.runtime.StartFailure;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.Owner;
import io.gantry.contracts.spec.Resources;
import io.gantry.contracts.state.Desired;
import io.gantry.kernel.cgroup.CoreSet;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OwnCoresTest {
    private final OwnCores cores = new OwnCores(CoreSet.parse("0-7"));
    private int slots;

    private ContainerRecord record(String name, Integer own, String cpuset) {
        ContainerId id = new ContainerId("%064x".formatted(name.hashCode()));
        ContainerSpec spec = TestHost.command("x").but().resources(Resources.limits().exclusiveCores(own).cpuset(cpuset).build()).build();
        Desired.Container container =
                new Desired.Container(id, "p", name, new Owner.Person(), Desired.Life.RUNNING, 1, null, spec, null, "SIGTERM", Duration.ofSeconds(1), 0, false);
        return new ContainerRecord(container, 1, slots++, null, 0, null, null, null, null, null, false);
    }

    private String runsOn(ContainerRecord record) {
        return cores.of(record.container().id()).map(CoreSet::list).orElse("wherever");
    }

    @Test
    void whoHasCoresAloneHasTheLastAndAllOthersKeepOffThem() throws Exception {
        ContainerRecord free = record("free", null, null);
        ContainerRecord bound = record("bound", null, "5-7");
        assertThat(cores.enter(free)).isNull();
        assertThat(cores.enter(bound)).isNull();
        assertThat(runsOn(free)).isEqualTo("wherever");
        ContainerRecord db = record("db", 2, null);
        assertThat(cores.enter(db)).isEqualTo("6-7");
        assertThat(cores.everybodys()).isEqualTo(Map.of(0, CoreSet.parse("0-5"), 1, CoreSet.parse("5"), 2, CoreSet.parse("6-7")));
        assertThat(cores.leave(free.container().id())).isFalse();
        assertThat(cores.leave(db.container().id())).isTrue();
        assertThat(runsOn(bound)).isEqualTo("wherever");
    }

    @Test
    void nobodyIsLeftWithoutACore() throws Exception {
        ContainerRecord bound = record("bound", null, "7");
        cores.enter(bound);
        assertThat(cores.enter(record("db", 3, null))).isEqualTo("4-6");
        assertThat(cores.enter(record("cache", 3, null))).as("one that the rest may run on is bound's").isEqualTo("1-3");
        assertThat(cores.enter(record("last", 1, null))).isEqualTo("0");
        assertThat(runsOn(bound)).isEqualTo("7");
        assertThatThrownBy(() -> cores.enter(record("more", 1, null)))
                .hasMessage("cores: 1 core to itself can't be given: of this node's 8, others have 4-6 (db), 1-3 (cache), 0 (last) alone, one is left to the rest, and one to each that is bound to some");
    }

    @Test
    void whoIsBoundToCoresOfOthersIsRefused() throws Exception {
        cores.enter(record("db", 2, null));
        assertThatThrownBy(() -> cores.enter(record("bound", null, "6-7")))
                .isInstanceOf(StartFailure.class)
                .hasMessage("cores: it is bound to cores 6-7, which others have alone: 6-7 (db)");
        ContainerRecord other = record("other", null, "0");
        cores.enter(other);
        ContainerRecord moved = other.of(record("other", null, "7").container());
        assertThat(cores.become(moved, "update-limits").orElseThrow().detail()).isEqualTo("it is bound to cores 7, which others have alone: 6-7 (db)");
        assertThat(runsOn(other)).isEqualTo("0");
    }

    @Test
    void anotherStartOfTheSameOneDoesNotNeedMore() throws Exception {
        ContainerRecord db = record("db", 7, null);
        assertThat(cores.enter(db)).isEqualTo("1-7");
        assertThat(cores.enter(db)).isEqualTo("1-7");
    }

    @Test
    void whatRunsSinceBeforeHasWhatItHad() throws Exception {
        cores.mark(record("db", 2, null).on("3,5"));
        assertThat(cores.enter(record("cache", 2, null))).isEqualTo("6-7");
    }

    @Test
    void aHostWithoutCpusetsGivesNone() {
        assertThatThrownBy(() -> new OwnCores(CoreSet.EMPTY).enter(record("db", 1, null))).hasMessageContaining("it has no cpuset controller");
    }
}
