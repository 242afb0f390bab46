package io.gantry.kernel.cgroup;

import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.MilliCpu;
import io.gantry.kernel.mount.DeviceFolder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

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
public record HybridHierarchy(String mount, String parent, String node, String cores, String memoryNodes, Extras extras)
        implements CgroupHierarchy {
    private static final long PERIOD_MICROS = 100_000;
    /** v1 shares: 1024 stand for v2's default weight of 100. */
    private static final long SHARES_PER_HUNDRED = 1024;
    /** What memory files take for no limit (memory.txt, v1). */
    private static final String ENDLESS = "-1";

    private static final Set<String> ALWAYS = Set.of("memory", "cpu", "cpuacct", "pids", "devices");
    private static final Set<String> ALWAYS_WITH_CORES = Set.of("memory", "cpu", "cpuacct", "pids", "devices", "cpuset");
    private static final List<String> CONTROLLERS = List.of("memory", "cpu", "cpuacct", "pids", "devices", "cpuset", "blkio", "hugetlb");

    /**
     * What not every host has.
     *
     * @param swap memory's files for swap are there (swapaccount=1)
     * @param io the controller blkio is mounted
     * @param ioWeight its file for the weight; {@code ""} where the disks' scheduler has none
     * @param hugePages sizes that can be limited
     * @param hugePagesUnified they are limited in the unified tree, not in one of their own
     */
    public record Extras(boolean swap, boolean io, String ioWeight, Set<String> hugePages, boolean hugePagesUnified) {
        public static final Extras NONE = new Extras(false, false, "", Set.of(), false);
    }

    @Override
    public List<Group> groups(String slot, Limits limits) {
        List<Knob> knobs = knobs(limits);
        List<Group> groups = new ArrayList<>();
        groups.add(new Group(UNIFIED, path(UNIFIED, slot), Knob.turned(knobs, UNIFIED)));
        for (String controller : CONTROLLERS) {
            List<Setting> settings = Knob.turned(knobs, controller);
            if (always().contains(controller) || !settings.isEmpty()) {
                groups.add(new Group(controller, path(controller, slot), controller.equals("cpuset") ? all(knobs, controller) : settings));
            }
        }
        return List.copyOf(groups);
    }

    /** The JVM looks for a cpuset beside the others, and believes none of them without; no container sees the host's. */
    private Set<String> always() {
        return cores.isEmpty() ? ALWAYS : ALWAYS_WITH_CORES;
    }

    /** A new cpuset is empty, whatever it will be. */
    private static List<Setting> all(List<Knob> knobs, String controller) {
        return knobs.stream().filter(knob -> knob.controller().equals(controller)).map(Knob::setting).toList();
    }

    /** Not the devices: what can be opened is nothing that a program sizes itself by. */
    @Override
    public List<View> views(Limits limits) {
        return groups("", limits).stream()
                .map(Group::controller)
                .filter(controller -> !controller.equals("devices"))
                .map(controller -> new View(controller, controller.equals(UNIFIED) ? "cgroup2" : "cgroup", controller.equals(UNIFIED) ? "" : controller))
                .toList();
    }

    @Override
    public List<Group> opened(Limits limits) {
        if (limits.hugePages().isEmpty() || !extras.hugePagesUnified) {
            return List.of();
        }
        List<Setting> pass = List.of(new Setting("cgroup.subtree_control", "+hugetlb", "let groups below limit huge pages"));
        List<Group> above = new ArrayList<>();
        above.add(new Group(UNIFIED, mount + "/" + UNIFIED, pass));
        rootPaths(UNIFIED).forEach(path -> above.add(new Group(UNIFIED, path, pass)));
        return List.copyOf(above);
    }

    /** Memory alone may never be above memory and swap: whichever grows, or the other shrinks, goes first. */
    @Override
    public List<Change> changes(String slot, Limits from, Limits to) {
        Map<String, String> paths = new HashMap<>(Map.of(UNIFIED, path(UNIFIED, slot)));
        CONTROLLERS.forEach(controller -> paths.put(controller, path(controller, slot)));
        List<Change> changes = new ArrayList<>(Knob.changes(knobs(from), knobs(to), paths));
        if (total(to) > total(from)) {
            changes.sort(Comparator.comparing(change -> !change.setting().file().equals("memory.memsw.limit_in_bytes")));
        }
        return List.copyOf(changes);
    }

    private static long total(Limits limits) {
        return limits.swap() == null ? Long.MAX_VALUE : limits.memory().value() + limits.swap().value();
    }

    private List<Knob> knobs(Limits limits) {
        List<Knob> knobs = new ArrayList<>();
        memory(knobs, limits);
        cpu(knobs, limits);
        knobs.add(new Knob("pids", "pids.max", Integer.toString(limits.pids()), "max", "a fork bomb ends here"));
        cpuset(knobs, limits);
        io(knobs, limits);
        hugePages(knobs, limits);
        return knobs;
    }

    private void memory(List<Knob> knobs, Limits limits) {
        if (limits.oomGroup()) {
            throw new LimitUnavailable(
                    "oomGroup", "this host has cgroup v1, which ends one process when memory runs out: memory.oom.group is v2's",
                    "boot with systemd.unified_cgroup_hierarchy=1, or leave oomGroup out");
        }
        knobs.add(new Knob("memory", "memory.limit_in_bytes", text(limits.memory()), ENDLESS, "at most " + limits.memory() + ", page cache included"));
        if (extras.swap) {
            String total = limits.swap() == null ? ENDLESS : Long.toString(total(limits));
            String beyond = limits.swap() == null ? "as much swap as there is" : limits.swap().value() == 0 ? "no swap beyond it" : limits.swap() + " of swap beyond it";
            knobs.add(new Knob("memory", "memory.memsw.limit_in_bytes", total, ENDLESS, beyond));
        } else if (limits.swap() == null || limits.swap().value() > 0) {
            throw new LimitUnavailable("swap", "this host doesn't count swap: memory.memsw.limit_in_bytes isn't there", "boot with swapaccount=1, or leave swap out");
        }
        String reserved = limits.reservation() == null ? ENDLESS : text(limits.reservation());
        knobs.add(new Knob("memory", "memory.soft_limit_in_bytes", reserved, ENDLESS, "what it has below that is taken from it last"));
    }

    private static void cpu(List<Knob> knobs, Limits limits) {
        long shares = Math.max(2, limits.cpuWeight() * SHARES_PER_HUNDRED / Limits.USUAL_WEIGHT);
        knobs.add(new Knob("cpu", "cpu.shares", Long.toString(shares), Long.toString(SHARES_PER_HUNDRED), "weight " + limits.cpuWeight() + " of 100"));
        MilliCpu cpu = limits.cpu();
        knobs.add(
                cpu == null
                        ? new Knob("cpu", "cpu.cfs_quota_us", "-1", "-1", "no limit any more")
                        : new Knob(
                                "cpu", "cpu.cfs_quota_us", Long.toString(Math.max(1000, cpu.value() * PERIOD_MICROS / 1000)), "-1",
                                cpu + " cores: so many µs in each " + PERIOD_MICROS + " µs"));
    }

    private void cpuset(List<Knob> knobs, Limits limits) {
        knobs.add(new Knob("cpuset", "cpuset.cpus", limits.cpuset() == null ? cores : limits.cpuset(), cores, "runs on these cores only"));
        knobs.add(
                limits.memoryNodes() == null
                        ? new Knob("cpuset", "cpuset.mems", memoryNodes, memoryNodes, "empty in a new group: nothing could join")
                        : new Knob("cpuset", "cpuset.mems", limits.memoryNodes(), memoryNodes, "has memory of these nodes only"));
    }

    private void io(List<Knob> knobs, Limits limits) {
        if (limits.ioWeight() != Limits.USUAL_WEIGHT && extras.ioWeight.isEmpty()) {
            throw new LimitUnavailable(
                    "ioWeight", "this host's blkio controller has no weight: no disk is scheduled by bfq",
                    "boot with cgroup v2, or set the disks' scheduler to bfq where the kernel has it, or leave ioWeight out");
        }
        if (!extras.io && !limits.devices().isEmpty()) {
            throw new LimitUnavailable("devices", "the controller blkio isn't mounted on this host", "mount -t cgroup -o blkio cgroup " + mount + "/blkio");
        }
        if (!extras.ioWeight.isEmpty()) {
            // v1 takes 10 to 1000 (blk-cgroup, bfq)
            long weight = Math.clamp(limits.ioWeight(), 10, 1000);
            knobs.add(new Knob("blkio", extras.ioWeight, Long.toString(weight), "100", "weight " + limits.ioWeight() + " of 100 on a contended disk"));
        }
        for (Limits.DeviceLimit device : limits.devices()) {
            throttle(knobs, device, "read_bps_device", device.readBytes(), bytes -> "reads at most " + new Bytes(bytes) + "/s from ");
            throttle(knobs, device, "write_bps_device", device.writeBytes(), bytes -> "writes at most " + new Bytes(bytes) + "/s to ");
            throttle(knobs, device, "read_iops_device", device.readOperations(), count -> "reads at most " + count + " times a second from ");
            throttle(knobs, device, "write_iops_device", device.writeOperations(), count -> "writes at most " + count + " times a second to ");
        }
    }

    private static void throttle(List<Knob> knobs, Limits.DeviceLimit device, String file, Long rate, Function<Long, String> why) {
        if (rate != null) {
            knobs.add(
                    new Knob("blkio", "blkio.throttle." + file, device.number(), device.number() + " " + rate, device.number() + " 0", why.apply(rate) + device.name()));
        }
    }

    private void hugePages(List<Knob> knobs, Limits limits) {
        limits.hugePages().entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(entry -> {
            String size = entry.getKey();
            HugePages.require(size, extras.hugePages);
            String why = "at most " + entry.getValue() + " of huge pages of " + size;
            knobs.add(
                    extras.hugePagesUnified
                            ? new Knob(UNIFIED, "hugetlb." + size + ".max", text(entry.getValue()), "max", why)
                            : new Knob("hugetlb", "hugetlb." + size + ".limit_in_bytes", text(entry.getValue()), "-1", why));
        });
    }

    @Override
    public List<String> folders(String slot) {
        List<String> folders = new ArrayList<>(List.of(path(UNIFIED, slot)));
        CONTROLLERS.forEach(controller -> folders.add(path(controller, slot)));
        return List.copyOf(folders);
    }

    @Override
    public List<Group> roots() {
        List<Group> roots = new ArrayList<>();
        for (String controller : controllers()) {
            List<String> paths = rootPaths(controller);
            paths.forEach(path -> roots.add(new Group(controller, path, rootSettings(controller, path.equals(paths.getLast())))));
        }
        return List.copyOf(roots);
    }

    private List<String> rootPaths(String controller) {
        StringBuilder path = new StringBuilder(mount + "/" + controller);
        List<String> parts = new ArrayList<>(List.of(parent.split("/")));
        parts.removeIf(String::isEmpty);
        parts.addAll(List.of("gantry", node));
        return parts.stream().map(part -> path.append('/').append(part).toString()).toList();
    }

    private List<String> controllers() {
        List<String> all = new ArrayList<>(List.of("memory", "cpu", "cpuacct", "pids", "devices"));
        if (!cores.isEmpty()) {
            all.add("cpuset");
        }
        if (extras.io) {
            all.add("blkio");
        }
        if (!extras.hugePages.isEmpty() && !extras.hugePagesUnified) {
            all.add("hugetlb");
        }
        all.add(UNIFIED);
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
    public String coresOf(String slot) {
        return path("cpuset", slot) + "/cpuset.cpus";
    }

    @Override
    public List<String> reservationSums() {
        return List.of();
    }

    @Override
    public List<String> deviceGates() {
        return List.of();
    }

    @Override
    public Proof proof(String controller) {
        return new Proof(mount + "/" + controller + (controller.equals(UNIFIED) ? "/cgroup.procs" : "/tasks"), "");
    }

    @Override
    public String unifiedRoot() {
        return mount + "/" + UNIFIED;
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
    public List<String> sizes(String slot) {
        List<String> controllers = cores.isEmpty() ? List.of("memory", "cpu", "cpuacct") : List.of("memory", "cpu", "cpuacct", "cpuset");
        return controllers.stream().map(controller -> path(controller, slot)).toList();
    }

    @Override
    public List<String> pressures() {
        return List.of(path(UNIFIED, "cpu.pressure"), path(UNIFIED, "memory.pressure"), path(UNIFIED, "io.pressure"));
    }

    @Override
    public String memoryEvents(String slot) {
        return path("memory", slot) + "/memory.oom_control";
    }

    @Override
    public Optional<String> memoryReclaim(String slot) {
        return Optional.empty();
    }

    @Override
    public String memoryUsage(String slot) {
        return path("memory", slot) + "/memory.usage_in_bytes";
    }

    private String path(String controller, String slot) {
        String below = parent.isEmpty() ? "" : "/" + parent;
        return mount + "/" + controller + below + "/gantry/" + node + "/" + slot;
    }

    private static String text(Bytes bytes) {
        return Long.toString(bytes.value());
    }
}
