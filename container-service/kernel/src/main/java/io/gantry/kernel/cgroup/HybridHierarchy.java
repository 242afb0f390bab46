package io.gantry.kernel.cgroup;

import io.gantry.contracts.unit.MilliCpu;
import io.gantry.kernel.mount.DeviceFolder;
import java.util.ArrayList;
import java.util.List;

/**
 * Controllers on v1 mounts, one tree each, and a v2 tree beside them without controllers (systemd calls it hybrid). A container
 * gets {@code <mount>/<parent>/gantry/<node>/<slot>} in each.
 *
 * @param mount where the trees are mounted, {@code /sys/fs/cgroup}
 * @param parent below which all is made, {@code ""} for the top
 * @param node the agent's name on this kernel
 * @param cores all cores and {@code memoryNodes} all memory nodes of the host, as {@code cpuset} writes them: a new cpuset is
 *     empty, and nothing can join it before both are set; {@code ""} where the host has no such controller
 */
public record HybridHierarchy(String mount, String parent, String node, String cores, String memoryNodes)
        implements CgroupHierarchy {
    private static final long PERIOD_MICROS = 100_000;
    /** v1 shares: 1024 stand for v2's default weight of 100. */
    private static final long SHARES_PER_HUNDRED = 1024;

    @Override
    public List<Group> groups(String slot, Limits limits) {
        List<Group> groups = new ArrayList<>();
        groups.add(memory(slot, limits));
        groups.add(cpu(slot, limits));
        groups.add(new Group("cpuacct", path("cpuacct", slot), List.of()));
        groups.add(
                new Group(
                        "pids",
                        path("pids", slot),
                        List.of(new Setting("pids.max", Integer.toString(limits.pids()), "a fork bomb ends here"))));
        groups.add(new Group("devices", path("devices", slot), List.of()));
        if (limits.cpuset() != null) {
            groups.add(
                    new Group(
                            "cpuset",
                            path("cpuset", slot),
                            List.of(
                                    new Setting("cpuset.cpus", limits.cpuset(), "runs on these cores only"),
                                    new Setting("cpuset.mems", memoryNodes, "empty in a new group: nothing could join"))));
        }
        return List.copyOf(groups);
    }

    private Group memory(String slot, Limits limits) {
        return new Group(
                "memory",
                path("memory", slot),
                List.of(
                        new Setting(
                                "memory.limit_in_bytes",
                                Long.toString(limits.memory().value()),
                                "at most " + limits.memory() + ", page cache included")));
    }

    private Group cpu(String slot, Limits limits) {
        List<Setting> settings = new ArrayList<>();
        if (limits.cpuWeight() != Limits.USUAL_WEIGHT) {
            long shares = Math.max(2, limits.cpuWeight() * SHARES_PER_HUNDRED / Limits.USUAL_WEIGHT);
            settings.add(new Setting("cpu.shares", Long.toString(shares), "weight " + limits.cpuWeight() + " of 100"));
        }
        MilliCpu cpu = limits.cpu();
        if (cpu != null) {
            settings.add(
                    new Setting(
                            "cpu.cfs_quota_us",
                            Long.toString(Math.max(1000, cpu.value() * PERIOD_MICROS / 1000)),
                            cpu + " cores: so many µs in each " + PERIOD_MICROS + " µs"));
        }
        return new Group("cpu", path("cpu", slot), settings);
    }

    @Override
    public String unified(String slot) {
        return path("unified", slot);
    }

    @Override
    public List<Group> roots() {
        List<Group> roots = new ArrayList<>();
        for (String controller : controllers()) {
            StringBuilder path = new StringBuilder(mount + "/" + controller);
            List<String> parts = new ArrayList<>(List.of(parent.split("/")));
            parts.removeIf(String::isEmpty);
            parts.addAll(List.of("gantry", node));
            for (int i = 0; i < parts.size(); i++) {
                path.append('/').append(parts.get(i));
                boolean last = i == parts.size() - 1;
                roots.add(new Group(controller, path.toString(), rootSettings(controller, last)));
            }
        }
        return List.copyOf(roots);
    }

    private List<String> controllers() {
        List<String> all = new ArrayList<>(List.of("memory", "cpu", "cpuacct", "pids", "devices", "cpuset", "unified"));
        if (cores.isEmpty()) {
            all.remove("cpuset");
        }
        return all;
    }

    private List<Setting> rootSettings(String controller, boolean last) {
        return switch (controller) {
            case "cpuset" ->
                    List.of(
                            new Setting("cpuset.cpus", cores, "all cores of the host"),
                            new Setting("cpuset.mems", memoryNodes, "all memory of the host"));
            case "devices" -> last ? deviceList() : List.of();
            default -> List.of();
        };
    }

    /** Set once for the node; every container's group starts as a copy of it. */
    private static List<Setting> deviceList() {
        List<Setting> settings = new ArrayList<>();
        settings.add(new Setting("devices.deny", "a", "no device at all, then these"));
        for (DeviceFolder.Device device : DeviceFolder.DEVICES) {
            settings.add(
                    new Setting("devices.allow", "c %d:%d rwm".formatted(device.major(), device.minor()), "/dev/" + device.name()));
        }
        settings.add(new Setting("devices.allow", "c 5:2 rwm", "/dev/ptmx"));
        settings.add(new Setting("devices.allow", "c 136:* rwm", "pseudo-terminals"));
        return List.copyOf(settings);
    }

    @Override
    public String proof(String controller) {
        return mount + "/" + controller + (controller.equals("unified") ? "/cgroup.procs" : "/tasks");
    }

    @Override
    public UsageFiles usage(String slot) {
        String memory = path("memory", slot) + "/memory.";
        return new UsageFiles(
                unified(slot) + "/cgroup.procs", unified(slot) + "/cpu.stat", path("cpu", slot) + "/cpu.stat", memory + "usage_in_bytes",
                memory + "max_usage_in_bytes", memory + "limit_in_bytes", memory + "failcnt", memory + "stat", memoryEvents(slot),
                path("pids", slot) + "/pids.current", path("pids", slot) + "/pids.max", unified(slot) + "/cpu.pressure",
                unified(slot) + "/memory.pressure", unified(slot) + "/io.pressure");
    }

    @Override
    public String memoryEvents(String slot) {
        return path("memory", slot) + "/memory.oom_control";
    }

    private String path(String controller, String slot) {
        String below = parent.isEmpty() ? "" : "/" + parent;
        return mount + "/" + controller + below + "/gantry/" + node + "/" + slot;
    }
}
