package io.gantry.agent.measure;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.view.ContainerStats;
import io.gantry.contracts.view.ContainerStats.Cpu;
import io.gantry.contracts.view.ContainerStats.Io;
import io.gantry.contracts.view.ContainerStats.Memory;
import io.gantry.contracts.view.ContainerStats.Pids;
import io.gantry.contracts.view.ContainerStats.Pressure;
import io.gantry.contracts.view.ContainerStats.Stall;
import io.gantry.contracts.view.PressureView.Cause;
import io.gantry.contracts.view.PressureView.Kind;
import io.gantry.contracts.view.PressureView.Lost;
import io.gantry.kernel.cgroup.CoreSet;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Two cores are looked at for a second, in which the victim waits for some of it. */
class BlameTest {
    private static final ContainerId VICTIM = new ContainerId("a".repeat(64));
    private static final ContainerId NOISE = new ContainerId("b".repeat(64));
    private static final ContainerId OTHER = new ContainerId("c".repeat(64));
    private static final long SECOND = 1_000_000_000;

    private final Map<ContainerId, Moment.One> before = new HashMap<>();
    private final Map<ContainerId, Moment.One> after = new HashMap<>();

    /** What one does in that second. */
    private static final class Doing {
        long cpu;
        long throttled;
        long some;
        long full;
        long bytes;
        long memory;
        long hits;
        long waitsForMemory;
        long waitsForDisk;

        /** Milliseconds of one core. */
        Doing cpu(long millis) {
            cpu = millis * 1_000_000;
            return this;
        }

        Doing throttled(long millis) {
            throttled = millis * 1_000_000;
            return this;
        }

        Doing waits(long someMillis, long fullMillis) {
            some = someMillis * 1000;
            full = fullMillis * 1000;
            return this;
        }

        Doing disk(long transferred, long waitedMillis) {
            bytes = transferred;
            waitsForDisk = waitedMillis * 1000;
            return this;
        }

        Doing memory(long grown, long limitHits, long waitedMillis) {
            memory = grown;
            hits = limitHits;
            waitsForMemory = waitedMillis * 1000;
            return this;
        }
    }

    private static ContainerStats stats(ContainerId id, Doing d) {
        return new ContainerStats(
                id, Instant.EPOCH, new Cpu(d.cpu, 0, 0, 0, d.throttled, 0, 2), new Memory(1000 + d.memory, 0, null, 0, 0, 0, d.hits, 0), new Io(0, d.bytes), List.of(),
                new Pids(1, null), new Pressure(stall(d.some, d.full), stall(d.waitsForMemory, 0), stall(d.waitsForDisk, 0)));
    }

    private static Stall stall(long some, long full) {
        return new Stall(0, 0, some, 0, 0, full);
    }

    private void runs(ContainerId id, String name, String cores, Doing doing) {
        before.put(id, new Moment.One(name, 7, CoreSet.parse(cores), stats(id, new Doing())));
        after.put(id, new Moment.One(name, 7, CoreSet.parse(cores), stats(id, doing)));
    }

    private Blame blame(Map<Integer, Long> busyMillis, long diskBytes) {
        Map<Integer, Long> busy = new HashMap<>();
        busyMillis.forEach((core, millis) -> busy.put(core, millis * 1_000_000));
        return new Blame(VICTIM, new Moment(0, before, Map.of(0, 0L, 1, 0L), 0), new Moment(SECOND, after, busy, diskBytes));
    }

    private static Cause container(ContainerId id, String name, double percent) {
        return new Cause(Kind.CONTAINER, id, name, percent);
    }

    private static Cause cause(Kind kind, double percent) {
        return new Cause(kind, null, "", percent);
    }

    @Test
    void whoTakesItsCoreIsToBlameAndWhoRunsElsewhereIsNot() {
        runs(VICTIM, "db", "1", new Doing().cpu(500).waits(500, 500));
        runs(NOISE, "batch", "1", new Doing().cpu(450));
        runs(OTHER, "far", "0", new Doing().cpu(1000));
        assertThat(blame(Map.of(0, 1000L, 1, 1000L), 0).cpu()).isEqualTo(new Lost(500, 50, List.of(container(NOISE, "batch", 90), cause(Kind.HOST, 10))));
    }

    @Test
    void whoMayRunEverywhereTakesAPartOfEachCore() {
        runs(VICTIM, "db", "1", new Doing().cpu(500).waits(100, 100));
        runs(NOISE, "batch", "1", new Doing().cpu(300));
        runs(OTHER, "wide", "0-1", new Doing().cpu(400));
        assertThat(blame(Map.of(0, 200L, 1, 1000L), 0).cpu().causes()).containsExactly(container(NOISE, "batch", 60), container(OTHER, "wide", 40));
    }

    @Test
    void whatItsOwnLimitHoldsUpIsNobodysFault() {
        runs(VICTIM, "db", "0-1", new Doing().cpu(200).throttled(800).waits(800, 800));
        runs(NOISE, "batch", "0-1", new Doing().cpu(500));
        assertThat(blame(Map.of(0, 400L, 1, 300L), 0).cpu()).isEqualTo(new Lost(800, 80, List.of(cause(Kind.OWN_LIMIT, 100))));
    }

    @Test
    void whatWaitsWhileAnotherOfItRunsMayWaitForThat() {
        runs(VICTIM, "db", "1", new Doing().cpu(1000).waits(900, 0));
        assertThat(blame(Map.of(0, 0L, 1, 1000L), 0).cpu()).isEqualTo(new Lost(900, 90, List.of(cause(Kind.ITSELF, 100))));
    }

    @Test
    void whoReadsAndWritesMostIsToBlameForTheDisk() {
        runs(VICTIM, "db", "0", new Doing().disk(100, 400));
        runs(NOISE, "batch", "1", new Doing().disk(710, 0));
        assertThat(blame(Map.of(), 1000).io())
                .isEqualTo(new Lost(400, 40, List.of(container(NOISE, "batch", 71), cause(Kind.HOST, 19), cause(Kind.ITSELF, 10))));
    }

    @Test
    void itsMemoryLimitIsItsOwnOtherwiseWhoGrows() {
        runs(VICTIM, "db", "0", new Doing().memory(0, 0, 50));
        runs(NOISE, "batch", "1", new Doing().memory(4096, 0, 0));
        assertThat(blame(Map.of(), 0).memory()).isEqualTo(new Lost(50, 5, List.of(container(NOISE, "batch", 100))));
        runs(VICTIM, "db", "0", new Doing().memory(0, 3, 50));
        assertThat(blame(Map.of(), 0).memory().causes()).containsExactly(cause(Kind.OWN_LIMIT, 100));
        after.remove(NOISE);
        runs(VICTIM, "db", "0", new Doing().memory(0, 0, 50));
        assertThat(blame(Map.of(), 0).memory().causes()).containsExactly(cause(Kind.HOST, 100));
    }

    @Test
    void whereNothingIsLostNobodyIsToBlame() {
        runs(VICTIM, "db", "0", new Doing().cpu(10));
        runs(NOISE, "batch", "0", new Doing().cpu(900).disk(5, 0));
        assertThat(blame(Map.of(0, 910L), 5).cpu()).isEqualTo(new Lost(0, 0, List.of()));
        assertThat(blame(Map.of(0, 910L), 5).io()).isEqualTo(new Lost(0, 0, List.of()));
    }
}
