package io.gantry.agent.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.agent.runtime.AttachSession;
import io.gantry.contracts.view.Explanation;
import io.gantry.agent.runtime.Running;
import io.gantry.agent.runtime.StartFailure;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.Resources;
import io.gantry.contracts.spec.ResourcesBuilder;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.Observed;
import io.gantry.kernel.cgroup.CoreSet;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Cores that a container has to itself: who came before keeps off them, and so does who comes later. */
@Timeout(120)
class CoresIT {
    private static final Path TREE = Path.of("/sys/fs/cgroup/cpuset");

    /** Answers each line; for that it needs some 20 ms of a processor: longer than the kernel lets one run while others wait. */
    private static final String SERVER = "while read x; do i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; echo $x; done";

    private static final int QUERIES = 10;

    private final CoreSet all = cores(TREE);
    private final int last = all.cores().getLast();
    private final String others = all.without(new CoreSet(List.of(last))).list();
    private final ContainerId db = TestHost.newId();
    @AutoClose private final TestHost host = TestHost.make();

    @BeforeEach
    void hasCoresToShare() {
        assertThat(all.size()).as("this machine's cores").isGreaterThan(1);
    }

    private static CoreSet cores(Path group) {
        try {
            return CoreSet.parse(Files.readString(group.resolve("cpuset.cpus")));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static ContainerSpec own(int count, String script) {
        return TestHost.limited(TestHost.shell(script), Resources.limits().exclusiveCores(count).build());
    }

    private static ContainerSpec busy(ResourcesBuilder limits, int processes) {
        return TestHost.limited(TestHost.shell("for i in $(seq " + processes + "); do while true; do :; done & done; echo busy; wait"), limits.build());
    }

    private Running start(ContainerId id, ContainerSpec spec) throws StartFailure {
        return host.runtime.start(host.request(id, spec));
    }

    /** Of ten times the weight: among each other the kernel would give the rest nearly nothing. */
    private ContainerId neighbour() throws Exception {
        ContainerId id = TestHost.newId();
        start(id, busy(Resources.limits().cpuWeight(1000), 4 * all.size()));
        host.awaitOutput(id, "busy");
        return id;
    }

    private static String runsOn(Running running) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + running.pid() + "/status")).stream()
                .filter(line -> line.startsWith("Cpus_allowed_list:"))
                .map(line -> line.split("\\s+")[1])
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whoRunsMovesOffThemAndMayRunThereAgainAfterwards() throws Exception {
        Running before = start(TestHost.newId(), TestHost.shell("sleep 100"));
        assertThat(runsOn(before)).isEqualTo(all.list());
        Running own = start(db, own(1, "sleep 100"));
        assertThat(runsOn(own)).isEqualTo(Integer.toString(last));
        assertThat(runsOn(before)).isEqualTo(others);
        Running later = start(TestHost.newId(), TestHost.shell("sleep 100"));
        assertThat(runsOn(later)).isEqualTo(others);
        host.runtime.kill(db);
        host.awaitEnd(db);
        host.runtime.remove(db);
        assertThat(runsOn(before)).isEqualTo(all.list());
        assertThat(runsOn(later)).isEqualTo(all.list());
    }

    @Test
    void saysWhichItHasAndHowManyInside() throws Exception {
        Running running = start(db, own(1, "nproc; echo $GANTRY_CPU_LIMIT"));
        assertThat(running.applied().deviations())
                .containsExactly(new Observed.Deviation("resources.exclusiveCores", "cores " + last + " of the node; its host's own programs aren't kept off them"));
        host.awaitEnd(db);
        assertThat(host.output(db)).isEqualTo("1\n1\n");
        assertThat(host.runtime.explain(db).steps().stream().map(Explanation.Step::title)).anyMatch(title -> title.contains("to itself: no other container runs there"));
    }

    /** What one has taken of each core, in nanoseconds. */
    private List<Long> taken(ContainerId id) throws IOException {
        String slot = host.runtime.explain(id).steps().stream().map(Explanation.Step::call).filter(call -> call.contains("/cpuacct/")).findFirst().orElseThrow();
        Path group = Path.of(slot.replaceAll(".*?\"(/[^\"]*s\\d{5}).*", "$1"));
        return List.of(Files.readString(group.resolve("cpuacct.usage_percpu")).strip().split(" ")).stream().map(Long::parseLong).toList();
    }

    @Test
    void noNeighbourTakesANanosecondOfThem() throws Exception {
        ContainerId early = neighbour();
        start(db, busy(Resources.limits().exclusiveCores(1), 2));
        host.awaitOutput(db, "busy");
        ContainerId late = neighbour();
        List<List<Long>> before = List.of(taken(early), taken(late), taken(db));
        awaitTaken(db, last, before.get(2).get(last) + 500_000_000);
        assertThat(taken(early).get(last)).isEqualTo(before.get(0).get(last));
        assertThat(taken(late).get(last)).isEqualTo(before.get(1).get(last));
        for (int core : all.without(new CoreSet(List.of(last))).cores()) {
            assertThat(taken(db).get(core)).as("of core %d", core).isEqualTo(before.get(2).get(core));
        }
    }

    private void awaitTaken(ContainerId id, int core, long nanos) throws Exception {
        while (taken(id).get(core) < nanos) {
            Thread.sleep(20);
        }
    }

    /** The slowest of some answers, in nanoseconds. */
    private static long slowest(AttachSession client) throws IOException {
        long slowest = 0;
        for (int i = 0; i < QUERIES; i++) {
            long begin = System.nanoTime();
            client.stdin().write("?\n".getBytes(StandardCharsets.US_ASCII));
            client.stdin().flush();
            assertThat(client.stdout().readNBytes(2)).containsExactly('?', '\n');
            slowest = Math.max(slowest, System.nanoTime() - begin);
        }
        return slowest;
    }

    /** The host does other things, too, and isn't kept off: so the best of some rounds counts, of each its slowest answer. */
    private long bestRound(int rounds) throws IOException {
        long best = Long.MAX_VALUE;
        try (AttachSession client = host.runtime.attach(db)) {
            for (int i = 0; i < rounds; i++) {
                best = Math.min(best, slowest(client));
            }
        }
        return best;
    }

    @Test
    void itAnswersInTimeHoweverBusyItsNeighboursAre() throws Exception {
        start(db, own(1, SERVER).but().stdin(true).build());
        long quiet = bestRound(6);
        neighbour();
        neighbour();
        long alone = bestRound(6);
        host.runtime.kill(db);
        host.awaitEnd(db);
        host.runtime.remove(db);
        start(db, TestHost.shell(SERVER).but().stdin(true).build());
        long together = bestRound(2);
        String found = "quiet %d ms, on its own core %d ms, among the others %d ms".formatted(quiet / 1_000_000, alone / 1_000_000, together / 1_000_000);
        assertThat(alone).as(found).isLessThan(2 * quiet);
        assertThat(together).as(found + ": or the neighbours aren't busy").isGreaterThan(3 * quiet);
    }

    @Test
    void whatCannotBeGivenIsRefusedByName() throws Exception {
        assertThatThrownBy(() -> start(TestHost.newId(), own(all.size(), "true")))
                .isInstanceOf(StartFailure.class)
                .hasMessageStartingWith("cores: " + all.size() + " cores to itself can't be given: of this node's " + all.size() + ", others have none alone");
        start(db, own(1, "sleep 100"));
        assertThatThrownBy(() -> start(TestHost.newId(), busy(Resources.limits().cpuset(Integer.toString(last)), 1)))
                .hasMessage("cores: it is bound to cores %1$d, which others have alone: %1$d (box)", last);
        host.runtime.kill(db);
        host.awaitEnd(db);
        host.runtime.remove(db);
        ContainerId bound = TestHost.newId();
        start(bound, busy(Resources.limits().cpuset(Integer.toString(last)), 1));
        Running own = start(db, own(1, "sleep 100"));
        assertThat(runsOn(own)).as("the last is another's only one").isNotEqualTo(Integer.toString(last));
    }

    @Test
    void limitsThatChangeAsItRunsKeepItOffThem() throws Exception {
        ContainerId id = TestHost.newId();
        Running running = start(id, TestHost.shell("sleep 100"));
        Desired.Container now = host.request(id, TestHost.shell("sleep 100")).container();
        start(db, own(1, "sleep 100"));
        assertThat(host.runtime.update(bound(now, Integer.toString(last))).orElseThrow().detail())
                .isEqualTo("it is bound to cores %1$d, which others have alone: %1$d (box)".formatted(last));
        assertThat(runsOn(running)).isEqualTo(others);
        assertThat(host.runtime.update(bound(now, all.list()))).isEmpty();
        assertThat(runsOn(running)).isEqualTo(others);
        assertThat(host.runtime.update(bound(now, "0"))).isEmpty();
        assertThat(runsOn(running)).isEqualTo("0");
        assertThat(host.runtime.update(bound(now, null))).isEmpty();
        host.runtime.kill(db);
        host.awaitEnd(db);
        host.runtime.remove(db);
        assertThat(runsOn(running)).isEqualTo(all.list());
    }

    private static Desired.Container bound(Desired.Container container, String cpuset) {
        return TestHost.updated(container, container.spec().resources().but().cpuset(cpuset).build());
    }

    @Test
    void anotherAgentKnowsWhoHasThem() throws Exception {
        start(db, own(1, "sleep 100"));
        host.runtime.close();
        host.boot(StepListener.NONE);
        host.runtime.recover();
        Running later = start(TestHost.newId(), TestHost.shell("sleep 100"));
        assertThat(runsOn(later)).isEqualTo(others);
        host.runtime.kill(db);
        host.awaitEnd(db);
        host.runtime.remove(db);
        assertThat(runsOn(later)).isEqualTo(all.list());
    }

    @Test
    void aStartThatFailsGivesThemBack() throws Exception {
        Running before = start(TestHost.newId(), TestHost.shell("sleep 100"));
        assertThatThrownBy(() -> start(db, TestHost.limited(TestHost.command("/no/such"), Resources.limits().exclusiveCores(1).build()))).isInstanceOf(StartFailure.class);
        assertThat(runsOn(before)).isEqualTo(all.list());
        assertThat(runsOn(start(db, own(1, "sleep 100")))).isEqualTo(Integer.toString(last));
    }

    @Test
    void parkedProcessesDoForBoth() throws Exception {
        host.runtime.close();
        TestBridge bridge = new TestBridge(host.node);
        try (bridge) {
            host.park(host.settings.withParked(2));
            List<String> where = new ArrayList<>();
            for (ContainerSpec spec : List.of(own(1, "sleep 100"), TestHost.shell("sleep 100"))) {
                ContainerId id = TestHost.newId();
                where.add(runsOn(host.runtime.start(host.request(id, spec, 1, Optional.of(TestBridge.attachment(host.node, 5 + where.size()))))));
                assertThat(host.runtime.explain(id).steps()).anyMatch(Explanation.Step::ahead);
            }
            assertThat(where).containsExactly(Integer.toString(last), others);
        }
    }
}
