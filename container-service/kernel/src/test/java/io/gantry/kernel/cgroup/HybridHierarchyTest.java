package io.gantry.kernel.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.MilliCpu;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HybridHierarchyTest {
    private static final Limits USUAL = Limits.of(Bytes.mebi(512), 4096);
    private static final Limits.DeviceLimit DISK = new Limits.DeviceLimit("/dev/vda", "254:0", 1_000_000L, null, null, 50L);
    private static final Limits ALL =
            new Limits(
                    new MilliCpu(1500), 200, "0-1", "0", Bytes.mebi(64), Bytes.mebi(32), Bytes.mebi(16), false, 50, 100, List.of(DISK), Map.of("2MB", Bytes.mebi(4)));

    private final HybridHierarchy hierarchy =
            new HybridHierarchy("/sys/fs/cgroup", "system", "node1", "0-3", "0", new HybridHierarchy.Extras(true, true, "", Set.of("2MB"), true));

    private List<String> settings(Limits limits) {
        return hierarchy.groups("s1", limits).stream()
                .flatMap(group -> group.setup().stream().map(setting -> setting.file() + "=" + setting.value()))
                .toList();
    }

    private List<String> changes(Limits from, Limits to) {
        return hierarchy.changes("s1", from, to).stream()
                .map(change -> change.setting().file() + "=" + change.setting().value() + " or " + change.back().value())
                .toList();
    }

    private static Limits memory(int mebi, Bytes swap) {
        return new Limits(null, 100, null, null, Bytes.mebi(mebi), null, swap, false, 4096, 100, List.of(), Map.of());
    }

    @Test
    void writesLimitsInTheUnitsOfVersionOne() {
        assertThat(settings(ALL))
                .containsExactly(
                        "hugetlb.2MB.max=4194304", "memory.limit_in_bytes=67108864", "memory.memsw.limit_in_bytes=83886080", "memory.soft_limit_in_bytes=33554432",
                        "cpu.shares=2048", "cpu.cfs_quota_us=150000", "pids.max=50", "cpuset.cpus=0-1", "cpuset.mems=0",
                        "blkio.throttle.read_bps_device=254:0 1000000", "blkio.throttle.write_iops_device=254:0 50");
    }

    @Test
    void tellsOfAllContainersWaitingInTheUnifiedTree() {
        assertThat(hierarchy.pressures()).containsExactly(
                "/sys/fs/cgroup/unified/system/gantry/node1/cpu.pressure", "/sys/fs/cgroup/unified/system/gantry/node1/memory.pressure",
                "/sys/fs/cgroup/unified/system/gantry/node1/io.pressure");
    }

    @Test
    void writesNothingForWhatIsNotLimited() {
        assertThat(settings(USUAL)).containsExactly("memory.limit_in_bytes=536870912", "memory.memsw.limit_in_bytes=536870912", "pids.max=4096", "cpuset.cpus=0-3", "cpuset.mems=0");
    }

    @Test
    void writesOnlyWhatDiffersAndKnowsTheWayBack() {
        assertThat(changes(USUAL, USUAL)).isEmpty();
        Limits cores = new Limits(new MilliCpu(500), 100, "1", null, Bytes.mebi(512), null, Bytes.ZERO, false, 100, 100, List.of(), Map.of());
        assertThat(changes(USUAL, cores)).containsExactly("cpu.cfs_quota_us=50000 or -1", "pids.max=100 or 4096", "cpuset.cpus=1 or 0-3");
        assertThat(changes(cores, USUAL)).containsExactly("cpu.cfs_quota_us=-1 or 50000", "pids.max=4096 or 100", "cpuset.cpus=0-3 or 1");
    }

    @Test
    void keepsMemoryBelowMemoryAndSwapAtEachStep() {
        assertThat(changes(memory(64, Bytes.ZERO), memory(128, Bytes.ZERO)))
                .containsExactly("memory.memsw.limit_in_bytes=134217728 or 67108864", "memory.limit_in_bytes=134217728 or 67108864");
        assertThat(changes(memory(128, Bytes.ZERO), memory(64, Bytes.ZERO)))
                .containsExactly("memory.limit_in_bytes=67108864 or 134217728", "memory.memsw.limit_in_bytes=67108864 or 134217728");
        assertThat(changes(memory(64, null), memory(64, Bytes.ZERO))).containsExactly("memory.memsw.limit_in_bytes=67108864 or -1");
    }

    @Test
    void takesARateBackThatIsWantedNoMore() {
        Limits rated = new Limits(null, 100, null, null, Bytes.mebi(512), null, Bytes.ZERO, false, 4096, 100, List.of(DISK), Map.of());
        assertThat(changes(rated, USUAL))
                .containsExactly("blkio.throttle.read_bps_device=254:0 0 or 254:0 1000000", "blkio.throttle.write_iops_device=254:0 0 or 254:0 50");
    }

    @Test
    void saysWhatVersionOneOrThisHostDoesNotHave() {
        Limits group = new Limits(null, 100, null, null, Bytes.mebi(64), null, Bytes.ZERO, true, 10, 100, List.of(), Map.of());
        assertThatThrownBy(() -> settings(group))
                .isInstanceOfSatisfying(LimitUnavailable.class, e -> assertThat(e.limit()).isEqualTo("oomGroup"))
                .hasMessageContaining("memory.oom.group is v2's");
        Limits weight = new Limits(null, 100, null, null, Bytes.mebi(64), null, Bytes.ZERO, false, 10, 300, List.of(), Map.of());
        assertThatThrownBy(() -> settings(weight)).hasMessageContaining("no disk is scheduled by bfq");
        Limits pages = new Limits(null, 100, null, null, Bytes.mebi(64), null, Bytes.ZERO, false, 10, 100, List.of(), Map.of("1GB", Bytes.mebi(1024)));
        assertThatThrownBy(() -> settings(pages)).hasMessage("this host has no huge pages of 1GB");
        HybridHierarchy bare = new HybridHierarchy("/sys/fs/cgroup", "", "n", "0", "0", HybridHierarchy.Extras.NONE);
        assertThatThrownBy(() -> bare.groups("s1", memory(64, Bytes.mebi(1)))).hasMessageContaining("doesn't count swap");
        assertThatThrownBy(() -> bare.groups("s1", new Limits(null, 100, null, null, Bytes.mebi(64), null, Bytes.ZERO, false, 1, 100, List.of(DISK), Map.of())))
                .hasMessageContaining("blkio isn't mounted");
        assertThat(bare.groups("s1", USUAL).get(1).setup()).extracting(CgroupHierarchy.Setting::file).containsExactly("memory.limit_in_bytes");
    }

    @Test
    void letsTheUnifiedTreeLimitHugePagesWhereTheyHaveNoneOfTheirOwn() {
        assertThat(hierarchy.opened(ALL)).extracting(CgroupHierarchy.Group::path)
                .containsExactly(
                        "/sys/fs/cgroup/unified", "/sys/fs/cgroup/unified/system", "/sys/fs/cgroup/unified/system/gantry", "/sys/fs/cgroup/unified/system/gantry/node1");
        assertThat(hierarchy.opened(USUAL)).isEmpty();
    }

    @Test
    void showsAContainerTheGroupsItHasToItself() {
        assertThat(hierarchy.views(USUAL)).extracting(CgroupHierarchy.View::target).containsExactly("unified", "memory", "cpu", "cpuacct", "pids", "cpuset");
        assertThat(hierarchy.views(ALL)).extracting(CgroupHierarchy.View::target).contains("blkio");
    }

    @Test
    void sizesAreInFourGroupsTheCpusetsLastSinceNotEveryHostHasIt() {
        assertThat(hierarchy.sizes("s1"))
                .containsExactly(
                        "/sys/fs/cgroup/memory/system/gantry/node1/s1", "/sys/fs/cgroup/cpu/system/gantry/node1/s1",
                        "/sys/fs/cgroup/cpuacct/system/gantry/node1/s1", "/sys/fs/cgroup/cpuset/system/gantry/node1/s1");
        assertThat(new HybridHierarchy("/cg", "", "n", "", "", HybridHierarchy.Extras.NONE).sizes("s1"))
                .containsExactly("/cg/memory/gantry/n/s1", "/cg/cpu/gantry/n/s1", "/cg/cpuacct/gantry/n/s1");
    }

    @Test
    void namesTheSlotBelowParentAndNode() {
        assertThat(hierarchy.unified("s1")).isEqualTo("/sys/fs/cgroup/unified/system/gantry/node1/s1");
        assertThat(hierarchy.groups("s1", USUAL).getFirst().born()).isTrue();
        assertThat(hierarchy.groups("s1", USUAL).get(1).tasks()).isEqualTo("/sys/fs/cgroup/memory/system/gantry/node1/s1/tasks");
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
