package io.gantry.kernel.cgroup;

import io.gantry.contracts.unit.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One v2 tree with all controllers (cgroup-v2.rst): a container gets {@code <mount>/<parent>/gantry/<node>/<slot>} and is born in it. Which
 * devices can be opened is decided by a program attached to the node's group.
 *
 * @param mount where the tree is mounted, {@code /sys/fs/cgroup}
 * @param parent below which all is made, {@code ""} for the top
 * @param node the agent's name on this kernel
 * @param controllers that the kernel gives, as in {@code cgroup.controllers}
 * @param cores all cores and {@code memoryNodes} all memory nodes of the host: what a group without a list of its own has, but can't be given back
 *     by an empty one while anything runs in it
 * @param swap memory.swap.max is there
 * @param hugePages sizes that can be limited
 */
public record UnifiedHierarchy(String mount, String parent, String node, Set<String> controllers, String cores, String memoryNodes, boolean swap, Set<String> hugePages)
        implements CgroupHierarchy {
    private static final long PERIOD_MICROS = 100_000;
    private static final List<String> USED = List.of("cpu", "memory", "pids", "cpuset", "io", "hugetlb");

    /** v1's names of what is one here. */
    private static final Map<String, String> OTHER_NAMES = Map.of("cpuacct", "cpu", "blkio", "io");

    @Override
    public List<Group> groups(String slot, Limits limits) {
        return List.of(new Group(UNIFIED, unified(slot), Knob.turned(knobs(limits), UNIFIED)));
    }

    @Override
    public List<View> views(Limits limits) {
        return List.of(new View("", "cgroup2", ""));
    }

    @Override
    public List<Group> opened(Limits limits) {
        return List.of();
    }

    @Override
    public List<Change> changes(String slot, Limits from, Limits to) {
        return List.copyOf(Knob.changes(knobs(from), knobs(to), Map.of(UNIFIED, unified(slot))));
    }

    private List<Knob> knobs(Limits limits) {
        List<Knob> knobs = new ArrayList<>();
        knobs.add(knob("memory.max", Long.toString(limits.memory().value()), "max", "at most " + limits.memory() + ", page cache included"));
        if (swap) {
            String most = limits.swap() == null ? "max" : Long.toString(limits.swap().value());
            String beyond = limits.swap() == null ? "as much swap as there is" : limits.swap().value() == 0 ? "no swap beyond it" : limits.swap() + " of swap beyond it";
            knobs.add(knob("memory.swap.max", most, "max", beyond));
        } else if (limits.swap() == null || limits.swap().value() > 0) {
            throw new LimitUnavailable("swap", "this kernel doesn't count swap: memory.swap.max isn't there", "use a kernel with CONFIG_SWAP=y, or leave swap out");
        }
        String reserved = limits.reservation() == null ? "0" : Long.toString(limits.reservation().value());
        knobs.add(knob("memory.low", reserved, "0", "what it has below that is taken from it last"));
        knobs.add(knob("memory.oom.group", limits.oomGroup() ? "1" : "0", "0", "out of memory ends all of it"));
        knobs.add(knob("cpu.weight", Integer.toString(limits.cpuWeight()), Integer.toString(Limits.USUAL_WEIGHT), "weight " + limits.cpuWeight() + " of 100"));
        String quota = limits.cpu() == null ? "max" : Long.toString(Math.max(1000, limits.cpu().value() * PERIOD_MICROS / 1000));
        String why = limits.cpu() == null ? "no limit any more" : limits.cpu() + " cores: so many µs in each " + PERIOD_MICROS + " µs";
        knobs.add(knob("cpu.max", quota + " " + PERIOD_MICROS, "max " + PERIOD_MICROS, why));
        knobs.add(knob("pids.max", Integer.toString(limits.pids()), "max", "a fork bomb ends here"));
        cpuset(knobs, limits);
        io(knobs, limits);
        limits.hugePages().entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(entry -> {
            HugePages.require(entry.getKey(), hugePages);
            knobs.add(
                    knob("hugetlb." + entry.getKey() + ".max", Long.toString(entry.getValue().value()), "max",
                            "at most " + entry.getValue() + " of huge pages of " + entry.getKey()));
        });
        return knobs;
    }

    private void cpuset(List<Knob> knobs, Limits limits) {
        if (limits.cpuset() != null || limits.memoryNodes() != null) {
            require("cpuset", "cpuset");
        }
        knobs.add(knob("cpuset.cpus", limits.cpuset() == null ? cores : limits.cpuset(), cores, "runs on these cores only"));
        knobs.add(knob("cpuset.mems", limits.memoryNodes() == null ? memoryNodes : limits.memoryNodes(), memoryNodes, "has memory of these nodes only"));
    }

    private void io(List<Knob> knobs, Limits limits) {
        if (limits.ioWeight() != Limits.USUAL_WEIGHT) {
            require("io", "ioWeight");
        }
        knobs.add(knob("io.weight", "default " + limits.ioWeight(), "default " + Limits.USUAL_WEIGHT, "weight " + limits.ioWeight() + " of 100 on a contended disk"));
        for (Limits.DeviceLimit device : limits.devices()) {
            require("io", "devices");
            String rates = "%s rbps=%s wbps=%s riops=%s wiops=%s"
                    .formatted(
                            device.number(), rate(device.readBytes()), rate(device.writeBytes()), rate(device.readOperations()), rate(device.writeOperations()));
            String none = device.number() + " rbps=max wbps=max riops=max wiops=max";
            knobs.add(new Knob(UNIFIED, "io.max", device.number(), rates, none, "reads and writes " + device.name() + " no faster than that"));
        }
    }

    private void require(String controller, String limit) {
        if (!controllers.contains(controller)) {
            throw new LimitUnavailable(limit, "the controller " + controller + " isn't there on this host", "use a kernel that has it, or leave " + limit + " out");
        }
    }

    private static String rate(Long perSecond) {
        return perSecond == null ? "max" : Long.toString(perSecond);
    }

    private static Knob knob(String file, String value, String fresh, String why) {
        return new Knob(UNIFIED, file, value, fresh, why);
    }

    @Override
    public List<String> folders(String slot) {
        return List.of(nodeGroup() + "/" + slot);
    }

    /** Each passes its controllers on to the groups below; the top first, which may have done so. */
    @Override
    public List<Group> roots() {
        String passed = String.join(" ", USED.stream().filter(controllers::contains).map(controller -> "+" + controller).toList());
        List<Setting> pass = List.of(new Setting("cgroup.subtree_control", passed, "let groups below limit these"));
        List<Group> roots = new ArrayList<>();
        roots.add(new Group(UNIFIED, mount, pass));
        StringBuilder path = new StringBuilder(mount);
        List<String> parts = new ArrayList<>(List.of(parent.split("/")));
        parts.removeIf(String::isEmpty);
        parts.addAll(List.of("gantry", node));
        for (String part : parts) {
            roots.add(new Group(UNIFIED, path.append('/').append(part).toString(), pass));
        }
        return List.copyOf(roots);
    }

    @Override
    public String coresOf(String slot) {
        return unified(slot) + "/cpuset.cpus";
    }

    @Override
    public List<String> reservationSums() {
        return roots().stream().map(Group::path).filter(path -> !path.equals(mount)).toList().reversed();
    }

    @Override
    public List<String> deviceGates() {
        return List.of(nodeGroup());
    }

    @Override
    public Proof proof(String controller) {
        String file = mount + "/cgroup.controllers";
        String word = OTHER_NAMES.getOrDefault(controller, controller);
        // devices are no controller here: the probe for programs asks for them
        return new Proof(file, controller.equals(UNIFIED) || controller.equals("devices") ? "" : word);
    }

    @Override
    public String unifiedRoot() {
        return mount;
    }

    @Override
    public List<String> sizes(String slot) {
        return List.of(unified(slot));
    }

    @Override
    public String memoryEvents(String slot) {
        return unified(slot) + "/memory.events";
    }

    /** Linux 5.19. A lower memory.max ends processes where it can't take enough from them. */
    @Override
    public Optional<String> memoryReclaim(String slot) {
        return Optional.of(unified(slot) + "/memory.reclaim");
    }

    @Override
    public UsageFiles usage(String slot) {
        String group = unified(slot) + "/";
        return new UsageFiles(
                group + "cgroup.procs", group + "cpu.stat", group + "cpu.stat", group + "memory.current", group + "memory.peak", group + "memory.max",
                group + "memory.events", group + "memory.stat", memoryEvents(slot), group + "pids.current", group + "pids.max",
                group + "cpu.pressure", group + "memory.pressure", group + "io.pressure");
    }

    @Override
    public List<String> pressures() {
        return List.of(nodeGroup() + "/cpu.pressure", nodeGroup() + "/memory.pressure", nodeGroup() + "/io.pressure");
    }

    @Override
    public String memoryUsage(String slot) {
        return unified(slot) + "/memory.current";
    }

    private String nodeGroup() {
        return mount + (parent.isEmpty() ? "" : "/" + parent) + "/gantry/" + node;
    }
}
