package io.gantry.contracts.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.spec.Resources;
import io.gantry.contracts.spec.RestartPolicy;
import io.gantry.contracts.spec.Rlimit;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.MilliCpu;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ContainerPatchTest {
    private static final Resources BEFORE =
            Resources.limits().cpu(new MilliCpu(500)).memory(Bytes.mebi(64)).cpuset("0").rlimits(Map.of("nofile", new Rlimit(10, null))).build();

    private static ContainerPatch patch(String json) {
        return Json.read(json.replace('\'', '"'), ContainerPatch.class);
    }

    @Test
    void whatIsLeftOutStaysAndNullIsTheDefault() throws Exception {
        Resources after = patch("{'resources': {'memory': 134217728, 'cpuset': null}}").onto(BEFORE);
        assertThat(after).isEqualTo(BEFORE.but().memory(Bytes.mebi(128)).cpuset(null).build());
    }

    @Test
    void whatIsRequestedFollowsFromWhatIsSaidAnew() throws Exception {
        Resources before = BEFORE.but().cpuRequest(MilliCpu.ZERO).memoryRequest(Bytes.mebi(8)).build();
        assertThat(patch("{'resources': {'pids': 7}}").onto(before)).isEqualTo(before.but().pids(7).build());
        assertThat(patch("{'resources': {'memory': 4194304, 'cpu': 100}}").onto(before)).isEqualTo(before.but().memory(Bytes.mebi(4)).cpu(new MilliCpu(100)).build());
        assertThat(patch("{'resources': {'memory': 134217728, 'memoryRequest': 9437184}}").onto(before).memoryRequest()).isEqualTo(Bytes.mebi(9));
        assertThat(patch("{'resources': {'memory': null}}").onto(before).memoryRequest()).isEqualTo(Resources.DEFAULT.memoryRequest());
    }

    @Test
    void mergesInwards() throws Exception {
        Resources after = patch("{'resources': {'rlimits': {'nproc': {'soft': 5, 'hard': 6}}}}").onto(BEFORE);
        assertThat(after.rlimits()).isEqualTo(Map.of("nofile", new Rlimit(10, 10L), "nproc", new Rlimit(5, 6L)));
    }

    @Test
    void refusesAFieldThatIsNotKnown() {
        assertThatThrownBy(() -> patch("{'resources': {'memori': 1}}").onto(BEFORE)).hasMessageContaining("memori");
        assertThatThrownBy(() -> patch("{'resources': {'memory': '64m'}}").onto(BEFORE)).hasMessageContaining("resources");
    }

    @Test
    void refusesWhatIsNoObject() {
        assertThatThrownBy(() -> patch("{'resources': 5}")).hasMessageContaining("resources is an object, got 5");
    }

    @Test
    void betweenTwoSaysOnlyWhatDiffers() throws Exception {
        Resources after = BEFORE.but().pids(7).build();
        ContainerPatch patch = ContainerPatch.between(BEFORE, after, RestartPolicy.ALWAYS).orElseThrow();
        assertThat(Json.write(patch.resources())).isEqualTo("{\"pids\":7}");
        assertThat(patch.onto(BEFORE)).isEqualTo(after);
        assertThat(ContainerPatch.between(BEFORE, BEFORE, null)).isEmpty();
    }

    @Test
    void betweenTwoLimitsWhatIsRequestedStays() throws Exception {
        Resources before = BEFORE.but().cpuRequest(MilliCpu.ZERO).memoryRequest(Bytes.mebi(8)).build();
        for (Resources after : List.of(
                before.but().cpu(new MilliCpu(700)).cpuRequest(MilliCpu.ZERO).build(),
                before.but().memory(Bytes.mebi(128)).memoryRequest(Bytes.mebi(8)).build(),
                before.but().memoryReservation(Bytes.mebi(16)).memoryRequest(Bytes.mebi(8)).build(),
                before.but().memory(null).build())) {
            assertThat(ContainerPatch.between(before, after, null).orElseThrow().onto(before)).isEqualTo(after);
        }
    }
}
