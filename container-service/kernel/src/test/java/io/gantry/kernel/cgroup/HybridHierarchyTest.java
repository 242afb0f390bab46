package io.gantry.kernel.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.MilliCpu;
import java.util.List;
import org.junit.jupiter.api.Test;

class HybridHierarchyTest {
    private static final Limits UNLIMITED_CPU = new Limits(null, Limits.USUAL_WEIGHT, null, Bytes.mebi(512), 4096);

    private final HybridHierarchy hierarchy = new HybridHierarchy("/sys/fs/cgroup", "system", "node1", "0-3", "0");

    private List<String> settings(Limits limits) {
        return hierarchy.groups("s1", limits).stream()
                .flatMap(group -> group.setup().stream().map(setting -> setting.file() + "=" + setting.value()))
                .toList();
    }

    @Test
    void writesLimitsInTheUnitsOfVersionOne() {
        assertThat(settings(new Limits(new MilliCpu(1500), 200, "0-1", Bytes.mebi(64), 50)))
                .containsExactly(
                        "memory.limit_in_bytes=67108864", "cpu.shares=2048", "cpu.cfs_quota_us=150000", "pids.max=50",
                        "cpuset.cpus=0-1", "cpuset.mems=0");
    }

    @Test
    void writesNothingForWhatIsNotLimited() {
        assertThat(settings(UNLIMITED_CPU)).containsExactly("memory.limit_in_bytes=536870912", "pids.max=4096");
    }

    @Test
    void namesTheSlotBelowParentAndNode() {
        assertThat(hierarchy.unified("s1")).isEqualTo("/sys/fs/cgroup/unified/system/gantry/node1/s1");
        assertThat(hierarchy.groups("s1", UNLIMITED_CPU).getFirst().tasks())
                .isEqualTo("/sys/fs/cgroup/memory/system/gantry/node1/s1/tasks");
    }

    @Test
    void makesParentsBeforeChildrenAndDeniesDevicesOnTheLastOnly() {
        List<CgroupHierarchy.Group> devices =
                hierarchy.roots().stream().filter(group -> group.controller().equals("devices")).toList();
        assertThat(devices).extracting(CgroupHierarchy.Group::path)
                .containsExactly(
                        "/sys/fs/cgroup/devices/system", "/sys/fs/cgroup/devices/system/gantry",
                        "/sys/fs/cgroup/devices/system/gantry/node1");
        assertThat(devices.getLast().setup().getFirst().file()).isEqualTo("devices.deny");
        assertThat(devices.getFirst().setup()).isEmpty();
    }
}
