package io.gantry.kernel.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.MilliCpu;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class UnifiedHierarchyTest {
    private static final Limits USUAL = Limits.of(Bytes.mebi(512), 4096);
    private static final Limits.DeviceLimit DISK = new Limits.DeviceLimit("/dev/vda", "254:0", 1_000_000L, null, null, 50L);
    private static final Limits ALL =
            new Limits(
                    new MilliCpu(1500), 200, "0-1", "0", Bytes.mebi(64), Bytes.mebi(32), null, true, 50, 300, List.of(DISK), Map.of("2MB", Bytes.mebi(4)));

    private final UnifiedHierarchy hierarchy =
            new UnifiedHierarchy("/sys/fs/cgroup", "system", "node1", Set.of("cpu", "memory", "pids", "cpuset", "io", "hugetlb", "rdma"), "0-3", "0-1", true, Set.of("2MB"));

    private List<String> settings(Limits limits) {
        return hierarchy.groups("s1", limits).stream()
                .flatMap(group -> group.setup().stream().map(setting -> setting.file() + "=" + setting.value()))
                .toList();
    }

    @Test
    void writesAllLimitsIntoTheOneGroupThatIsBornInto() {
        assertThat(hierarchy.groups("s1", ALL)).extracting(CgroupHierarchy.Group::path, CgroupHierarchy.Group::born)
                .containsExactly(tuple("/sys/fs/cgroup/system/gantry/node1/s1", true));
        assertThat(settings(ALL))
                .containsExactly(
                        "memory.max=67108864", "memory.low=33554432", "memory.oom.group=1", "cpu.weight=200", "cpu.max=150000 100000", "pids.max=50",
                        "cpuset.cpus=0-1", "cpuset.mems=0", "io.weight=default 300", "io.max=254:0 rbps=1000000 wbps=max riops=max wiops=50",
                        "hugetlb.2MB.max=4194304");
        assertThat(settings(USUAL)).containsExactly("memory.max=536870912", "memory.swap.max=0", "pids.max=4096");
    }

    @Test
    void takesBackWhatIsWantedNoMore() {
        assertThat(hierarchy.changes("s1", ALL, USUAL)).extracting(change -> change.setting().file() + "=" + change.setting().value())
                .containsExactly(
                        "memory.max=536870912", "memory.swap.max=0", "memory.low=0", "memory.oom.group=0", "cpu.weight=100", "cpu.max=max 100000", "pids.max=4096",
                        "cpuset.cpus=0-3", "cpuset.mems=0-1", "io.weight=default 100", "io.max=254:0 rbps=max wbps=max riops=max wiops=max", "hugetlb.2MB.max=max");
    }

    @Test
    void passesTheControllersItUsesDownToTheContainers() {
        assertThat(hierarchy.roots()).extracting(CgroupHierarchy.Group::path)
                .containsExactly("/sys/fs/cgroup", "/sys/fs/cgroup/system", "/sys/fs/cgroup/system/gantry", "/sys/fs/cgroup/system/gantry/node1");
        assertThat(hierarchy.roots()).allSatisfy(root -> assertThat(root.setup()).extracting(CgroupHierarchy.Setting::value).containsExactly("+cpu +memory +pids +cpuset +io +hugetlb"));
        assertThat(hierarchy.deviceGates()).containsExactly("/sys/fs/cgroup/system/gantry/node1");
    }

    @Test
    void tellsOfAllContainersWaitingWhereTheyAreTogether() {
        assertThat(hierarchy.pressures()).containsExactly(
                "/sys/fs/cgroup/system/gantry/node1/cpu.pressure", "/sys/fs/cgroup/system/gantry/node1/memory.pressure", "/sys/fs/cgroup/system/gantry/node1/io.pressure");
    }

    @Test
    void sumsReservationsUpFromTheNode() {
        assertThat(hierarchy.reservationSums()).containsExactly("/sys/fs/cgroup/system/gantry/node1", "/sys/fs/cgroup/system/gantry", "/sys/fs/cgroup/system");
    }

    @Test
    void sizesAreAllInTheOneGroup() {
        assertThat(hierarchy.sizes("s1")).containsExactly("/sys/fs/cgroup/system/gantry/node1/s1");
    }

    @Test
    void saysWhichControllerIsMissing() {
        UnifiedHierarchy bare = new UnifiedHierarchy("/sys/fs/cgroup", "", "n", Set.of("cpu", "memory", "pids"), "", "", true, Set.of());
        assertThatThrownBy(() -> bare.groups("s1", ALL)).isInstanceOf(LimitUnavailable.class).hasMessage("the controller cpuset isn't there on this host");
        assertThat(bare.groups("s1", USUAL)).hasSize(1);
    }
}
