package io.gantry.agent.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.spec.Rlimit;
import io.gantry.contracts.state.Observed;
import io.gantry.kernel.process.ResourceLimit;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProcessLimitsTest {
    private static final Map<ResourceLimit, Long> OWN = Map.of(ResourceLimit.NOFILE, 20_000L, ResourceLimit.STACK, ResourceLimit.UNLIMITED);

    private static ProcessLimits of(Map<String, Rlimit> asked) {
        return ProcessLimits.of(asked, OWN);
    }

    @Test
    void withoutBeingAskedThereAreNoCoreFilesAndAsManyOpenFilesAsThereCanBe() {
        assertThat(of(Map.of()).steps())
                .containsExactly(new SettingStep.Limit(ResourceLimit.CORE, 0, 0, ""), new SettingStep.Limit(ResourceLimit.NOFILE, 20_000, 20_000, ""));
        assertThat(of(Map.of()).deviations()).isEmpty();
    }

    @Test
    void whatIsAskedIsGivenUpToTheAgentsOwnAndSaysSo() {
        ProcessLimits limits = of(Map.of("nofile", new Rlimit(1024, 1_048_576L), "stack", new Rlimit(-1, null), "core", new Rlimit(5, 6L)));
        assertThat(limits.steps())
                .containsExactly(
                        new SettingStep.Limit(ResourceLimit.STACK, -1, -1, ""),
                        new SettingStep.Limit(ResourceLimit.CORE, 5, 6, ""),
                        new SettingStep.Limit(ResourceLimit.NOFILE, 1024, 20_000, "1048576 was asked, 20000 is what the agent itself may have"));
        assertThat(limits.steps().getLast().title()).isEqualTo("Limit NOFILE of each process: 1048576 was asked, 20000 is what the agent itself may have");
        assertThat(limits.deviations())
                .containsExactly(
                        new Observed.Deviation("resources.rlimits.nofile", "at most 20000: 1048576 was asked, 20000 is what the agent itself may have"));
    }

    @Test
    void noLimitIsMoreThanAny() {
        assertThat(of(Map.of("nofile", new Rlimit(-1, null))).deviations()).extracting(Observed.Deviation::detail).first().asString().contains("no limit was asked");
    }
}
