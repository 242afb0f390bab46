package io.gantry.agent.execute;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.Resources;
import io.gantry.contracts.state.Observed.ExitReason;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.MilliCpu;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of real containers that meet their limits. */
@Timeout(60)
class AtTheLimitIT {
    @AutoClose private static final TestHost host = TestHost.make();
    private final ContainerId id = TestHost.newId();

    /** An end is told before all of it is gone; the next test may look for what is left. */
    @AfterEach
    void cleanUp() {
        host.runtime.remove(id);
    }

    @Test
    void endsByMemoryLimit() throws Exception {
        ContainerSpec spec = TestHost.limited(TestHost.shell("x=a; while true; do x=$x$x; done"), Resources.limits().memory(Bytes.mebi(16)).build());
        assertThat(host.run(id, spec)).satisfies(exit -> {
            assertThat(exit.code()).isEqualTo(137);
            assertThat(exit.reason()).isEqualTo(ExitReason.OUT_OF_MEMORY);
            assertThat(exit.outOfMemory().kills()).isEqualTo(1);
            assertThat(exit.outOfMemory().process()).as("by the kernel's log").isEqualTo("sh");
            assertThat(exit.outOfMemory().pid()).isPositive();
        });
    }

    @Test
    void tellsOfAChildThatWasKilledForWantOfMemoryThoughTheContainerEndsWell() throws Exception {
        ContainerSpec spec = TestHost.limited(TestHost.shell("tail /dev/zero; true"), Resources.limits().memory(Bytes.mebi(16)).build());
        assertThat(host.run(id, spec)).satisfies(exit -> {
            assertThat(exit.reason()).isEqualTo(ExitReason.EXITED);
            assertThat(exit.code()).isZero();
            assertThat(exit.outOfMemory().process()).isEqualTo("tail");
        });
    }

    @Test
    void forkBombEndsAtThePidsLimit() throws Exception {
        ContainerSpec spec =
                TestHost.limited(
                        TestHost.shell("i=0; while [ $i -lt 60 ]; do sleep 5 & i=$((i+1)); done 2>&1; echo all"),
                        Resources.limits().pids(20).build());
        assertThat(host.run(id, spec).code()).isNotZero();
        assertThat(host.output(id)).contains("can't fork").doesNotContain("all");
    }

    @Test
    void staysWithinItsCpuQuota() throws Exception {
        ContainerSpec spec =
                TestHost.limited(
                        TestHost.shell("sh -c 'while true; do :; done' & sleep 1; kill $!; wait; cat /proc/stat >/dev/null; times"),
                        Resources.limits().cpu(new MilliCpu(100)).build());
        assertThat(host.run(id, spec).code()).isZero();
        String children = host.output(id).lines().toList().get(1);
        double seconds = Double.parseDouble(children.replaceAll("0m([0-9.]+)s.*", "$1"));
        assertThat(seconds).isBetween(0.03, 0.35);
    }

    @Test
    void seesOnlyTheCoresOfItsCpuset() throws Exception {
        ContainerSpec spec = TestHost.limited(TestHost.shell("nproc"), Resources.limits().cpuset("0").build());
        assertThat(host.run(id, spec).code()).isZero();
        assertThat(host.output(id)).isEqualTo("1\n");
    }
}
