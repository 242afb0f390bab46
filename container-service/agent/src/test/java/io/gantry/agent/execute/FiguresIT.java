package io.gantry.agent.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.gantry.agent.runtime.Running;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.Resources;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.view.ContainerProcess;
import io.gantry.contracts.view.ContainerStats;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is told of real containers while they run. */
@Timeout(60)
class FiguresIT {
    @AutoClose private static final TestHost host = TestHost.make();
    private final ContainerId id = TestHost.newId();

    /** An end is told before all of it is gone; the next test may look for what is left. */
    @AfterEach
    void cleanUp() {
        host.runtime.remove(id);
    }

    @Test
    void tellsWhatAContainerUses() throws Exception {
        ContainerSpec spec = TestHost.shell("head -c 20000000 /dev/zero > /tmp/x; i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done; echo done; sleep 100");
        assertThat(host.runtime.stats(id)).as("before it runs").isEmpty();
        host.runtime.start(host.request(id, TestHost.limited(spec, Resources.limits().memory(Bytes.mebi(96)).pids(77).build())));
        host.awaitOutput(id, "done");
        ContainerStats stats = host.runtime.stats(id).orElseThrow();
        assertThat(stats.cpu().usageNanos()).isBetween(50_000_000L, 20_000_000_000L);
        assertThat(stats.cpu().userNanos() + stats.cpu().systemNanos()).isCloseTo(stats.cpu().usageNanos(), withinPercentage(5));
        assertThat(stats.cpu().hostNanos()).isGreaterThan(stats.cpu().usageNanos());
        assertThat(stats.memory().limitBytes()).isEqualTo(96L << 20);
        assertThat(stats.memory().usageBytes()).isBetween(stats.memory().workingSetBytes(), 96L << 20);
        assertThat(stats.memory().cacheBytes()).as("the file that it wrote").isGreaterThan(19_000_000);
        assertThat(stats.memory().peakBytes()).isGreaterThanOrEqualTo(stats.memory().usageBytes());
        assertThat(stats.pids()).isEqualTo(new ContainerStats.Pids(2, 77L));
        assertThat(stats.io().writtenBytes()).as("by a process that has ended").isGreaterThanOrEqualTo(20_000_000);
        assertThat(stats.pressure().cpu().someTotalMicros()).isNotNegative();
        assertThat(stats.networks()).as("no network here").isEmpty();
        host.runtime.kill(id);
        host.awaitEnd(id);
        assertThat(host.runtime.stats(id)).isEmpty();
    }

    @Test
    void listsTheProcessesWithBothTheirNumbers() throws Exception {
        Running running = host.runtime.start(host.request(id, TestHost.command("sleep", "100").but().user("web").build()));
        List<ContainerProcess> processes = host.runtime.processes(id);
        assertThat(processes).extracting(ContainerProcess::pid).containsExactly(1, 2);
        assertThat(processes.getLast()).satisfies(command -> {
            assertThat(command.command()).isEqualTo("sleep 100");
            assertThat(command.user()).isEqualTo(33);
            assertThat(command.parent()).isEqualTo(processes.getFirst().nodePid());
            assertThat(command.state()).isEqualTo("S");
            assertThat(command.startedAt()).isCloseTo(running.startedAt(), within(5, ChronoUnit.SECONDS));
        });
        assertThat(processes).extracting(ContainerProcess::nodePid).contains(running.pid());
        host.runtime.kill(id);
        host.awaitEnd(id);
        assertThat(host.runtime.processes(id)).isEmpty();
    }
}
