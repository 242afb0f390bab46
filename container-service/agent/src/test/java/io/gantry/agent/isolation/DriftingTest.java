package io.gantry.agent.isolation;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.unit.Capability;
import io.gantry.contracts.view.IsolationView.Drift;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DriftingTest {
    private static final Map<String, String> STATUS = Map.of("CapBnd", "0000000000000400", "NoNewPrivs", "1", "Seccomp", "2");

    private static List<Drift> drift(Map<String, String> status, Map<String, String> files, List<String> mounts, Expectation... asked) {
        ProcessFacts process = new ProcessFacts(7, Map.of(), status, List.of(), mounts.stream().map(MountPoint::parse).toList());
        ContainerFacts facts = new ContainerFacts(List.of(process), Map.of(), Set.of("/proc/kcore", "/proc/sys"), List.of(), Set.of(), 0, "max", Map.of());
        return Drifting.of(List.of(asked), facts, new Drifting.Present() {
            @Override
            public Optional<String> file(String path) {
                return Optional.ofNullable(files.get(path));
            }

            @Override
            public Optional<String> cable(Expectation.Plugged plugged) {
                return plugged.hostInterface().equals("gone") ? Optional.of("there is no gone") : Optional.empty();
            }
        });
    }

    private static Expectation limit(String value) {
        return new Expectation.Limit("/group", "pids.max", value, "processes");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "50 | 50 | true", "50 | 51 | false", "-1 | 9223372036854771712 | true", "max | max | true", "max | 50 | false", "67108865 | 67108864 | true",
        "67108864 | 67112960 | false", "100 | 99 | false", "150000 100000 | 150000 100000 | true", "254:0 1048576 | 254:0 1048576 | true",
        "254:0 rbps=1048576 | 254:0 rbps=1048576 wbps=max riops=max wiops=max | true", "254:0 1048576 | 254:0 2048 | false", "1 | 1000 | false"
    })
    void whatTheKernelWritesInItsOwnWordsIsTheSame(String asked, String found, boolean same) {
        assertThat(Drifting.same(asked, found)).isEqualTo(same);
    }

    @Test
    void aLimitThatIsAnotherIsNamedWithBoth() {
        assertThat(drift(STATUS, Map.of("/group/pids.max", "99"), List.of(), limit("50"))).containsExactly(new Drift("limit pids.max", "50", "99"));
        assertThat(drift(STATUS, Map.of(), List.of(), limit("50"))).as("a file that is only written").isEmpty();
    }

    @Test
    void theLaterOfTwoValuesCounts() {
        assertThat(drift(STATUS, Map.of("/group/pids.max", "60"), List.of(), limit("50"), limit("60"))).isEmpty();
        Expectation first = new Expectation.Limit("/group", "io", "8:0 100", "");
        Expectation second = new Expectation.Limit("/group", "io", "8:16 200", "");
        assertThat(drift(STATUS, Map.of("/group/io", "8:16 200"), List.of(), first, second)).as("limits of two disks stand beside each other").hasSize(1);
    }

    @Test
    void aMountThatIsGoneOrOpenIsNamed() {
        List<String> mounts = List.of("30 1 0:5 / /data rw - ext4 x rw", "31 1 0:6 / /proc/sys rw - proc x rw");
        assertThat(drift(
                        STATUS, Map.of(), mounts, new Expectation.MountedAt("/data", false, false), new Expectation.MountedAt("/cache", false, false),
                        new Expectation.MountedAt("/proc/sys", true, true), new Expectation.MountedAt("/proc/kcore", false, true),
                        new Expectation.MountedAt("/proc/none", false, true)))
                .containsExactly(
                        new Drift("mount /cache", "mounted", "not mounted"), new Drift("mount /proc/sys", "read-only", "writable"),
                        new Drift("mount /proc/kcore", "mounted", "not mounted"));
    }

    @Test
    void rightsThatAreOthersAreNamed() {
        Map<String, String> open = Map.of("CapBnd", "0000000000001400", "NoNewPrivs", "0", "Seccomp", "0");
        Expectation[] asked = {
            new Expectation.Bounding(EnumSet.of(Capability.NET_BIND_SERVICE)), new Expectation.NoNewPrivileges(true), new Expectation.Filtered(true)
        };
        assertThat(drift(STATUS, Map.of(), List.of(), asked)).isEmpty();
        assertThat(drift(open, Map.of(), List.of(), asked)).containsExactly(
                new Drift("capabilities", "none of these", "NET_ADMIN"), new Drift("no-new-privileges", "on", "off for process 7"),
                new Drift("system-call-filter", "on", "off for process 7"));
        assertThat(drift(STATUS, Map.of(), List.of(), new Expectation.NoNewPrivileges(false))).as("a program may do that by itself").isEmpty();
    }

    @Test
    void scoresAndCablesAreLookedAt() {
        assertThat(drift(STATUS, Map.of("/proc/7/oom_score_adj", "5"), List.of(), new Expectation.OomScore(10), new Expectation.Plugged("gone", "eth0", true), new Expectation.Plugged("here", "eth1", false)))
                .containsExactly(new Drift("oom-score", "10", "5"), new Drift("network", "gone to eth0", "there is no gone"));
    }
}
