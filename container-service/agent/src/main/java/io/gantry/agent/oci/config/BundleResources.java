package io.gantry.agent.oci.config;

import io.gantry.contracts.problem.BadField;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * {@code linux.resources} as what is written where, in order: the specification's fields are cgroup v1's files by other names.
 *
 * @param settings what fields ask for
 * @param unified files of cgroup v2 and what is to be in them, in the bundle's order
 * @param devices what {@code devices.allow} and {@code devices.deny} are told, in order
 */
public record BundleResources(List<Setting> settings, Map<String, String> unified, List<Setting> devices) {
    private static final Set<String> KNOWN =
            Set.of("devices", "memory", "cpu", "pids", "blockIO", "hugepageLimits", "network", "rdma", "unified");

    /** @param field for errors and explanations */
    public record Setting(String controller, String file, String value, String field) {}

    public static BundleResources read(Member resources, List<String> strangers) {
        strangers.addAll(resources.strangers(KNOWN));
        List<Setting> all = new ArrayList<>();
        memory(resources.at("memory"), all);
        cpu(resources.at("cpu"), all);
        pids(resources.at("pids"), all);
        blockIo(resources.at("blockIO"), all);
        for (Member limit : resources.at("hugepageLimits").list()) {
            String size = limit.at("pageSize").required();
            if (!size.matches("[1-9][0-9]*[KMG]B")) {
                throw limit.at("pageSize").wrong("a size such as 2MB");
            }
            number(limit.at("limit"), "hugetlb", "hugetlb." + size + ".limit_in_bytes", all);
        }
        resources.at("network").absent("net_cls and net_prio aren't joined");
        resources.at("rdma").absent("the controller rdma isn't joined");
        return new BundleResources(List.copyOf(all), unified(resources.at("unified")), devices(resources.at("devices")));
    }

    private static Map<String, String> unified(Member unified) {
        Map<String, String> all = unified.map();
        for (String name : all.keySet()) {
            if (!name.matches("[a-z0-9_]+(\\.[A-Za-z0-9_]+)+") || name.startsWith("cgroup.")) {
                throw new BadField(unified.place(), unified.place() + " has '" + name + "', which is no file of a controller, such as memory.high");
            }
        }
        return all;
    }

    private static void memory(Member memory, List<Setting> all) {
        Member limit = memory.at("limit");
        Member swap = memory.at("swap");
        if (swap.number().isPresent() && swap.number().get() >= 0 && limit.number().isPresent() && limit.number().get() > swap.number().get()) {
            throw new BadField(swap.place(), swap.place() + " is memory and swap together, so at least limit, " + limit.number().get() + ", got " + swap.number().get());
        }
        number(limit, "memory", "memory.limit_in_bytes", all);
        number(swap, "memory", "memory.memsw.limit_in_bytes", all);
        number(memory.at("reservation"), "memory", "memory.soft_limit_in_bytes", all);
        number(memory.at("kernelTCP"), "memory", "memory.kmem.tcp.limit_in_bytes", all);
        number(memory.at("swappiness"), "memory", "memory.swappiness", all);
        if (memory.at("disableOOMKiller").yes()) {
            all.add(new Setting("memory", "memory.oom_control", "1", memory.at("disableOOMKiller").place()));
        }
        if (memory.at("useHierarchy").there() && !memory.at("useHierarchy").yes()) {
            throw new BadField(memory.at("useHierarchy").place(), memory.at("useHierarchy").place() + " can't be false: kernels since 5.11 always count hierarchically");
        }
        memory.at("kernel").absent("kernels since 5.16 don't limit it apart");
        memory.at("checkBeforeUpdate").absent("nothing is updated");
    }

    private static void cpu(Member cpu, List<Setting> all) {
        number(cpu.at("shares"), "cpu", "cpu.shares", all);
        number(cpu.at("period"), "cpu", "cpu.cfs_period_us", all);
        number(cpu.at("quota"), "cpu", "cpu.cfs_quota_us", all);
        number(cpu.at("burst"), "cpu", "cpu.cfs_burst_us", all);
        number(cpu.at("realtimePeriod"), "cpu", "cpu.rt_period_us", all);
        number(cpu.at("realtimeRuntime"), "cpu", "cpu.rt_runtime_us", all);
        number(cpu.at("idle"), "cpu", "cpu.idle", all);
        text(cpu.at("cpus"), "cpuset", "cpuset.cpus", all);
        text(cpu.at("mems"), "cpuset", "cpuset.mems", all);
    }

    /** 0 is absent in what older callers write, and -1 no limit. */
    private static void pids(Member pids, List<Setting> all) {
        long limit = pids.at("limit").number().orElse(0L);
        if (limit != 0) {
            all.add(new Setting("pids", "pids.max", limit < 0 ? "max" : Long.toString(limit), pids.at("limit").place()));
        }
    }

    private static void blockIo(Member io, List<Setting> all) {
        number(io.at("weight"), "blkio", "blkio.bfq.weight", all);
        io.at("leafWeight").absent("kernels since 5.0 have no leaf weight");
        for (Member weight : io.at("weightDevice").list()) {
            weight.at("leafWeight").absent("kernels since 5.0 have no leaf weight");
            device(weight, "weight", "blkio.bfq.weight_device", all);
        }
        for (String way : List.of("Read", "Write")) {
            for (Member limit : io.at("throttle" + way + "BpsDevice").list()) {
                device(limit, "rate", "blkio.throttle.%s_bps_device".formatted(way.toLowerCase(Locale.ROOT)), all);
            }
            for (Member limit : io.at("throttle" + way + "IOPSDevice").list()) {
                device(limit, "rate", "blkio.throttle.%s_iops_device".formatted(way.toLowerCase(Locale.ROOT)), all);
            }
        }
    }

    private static void device(Member limit, String value, String file, List<Setting> all) {
        all.add(
                new Setting(
                        "blkio", file, "%d:%d %d".formatted(limit.at("major").id(), limit.at("minor").id(), limit.at(value).number().orElse(0L)), limit.place()));
    }

    /** 0 is what callers write who mean nothing by it, but for one. */
    private static void number(Member field, String controller, String file, List<Setting> all) {
        field.number().filter(value -> value != 0 || file.equals("memory.swappiness")).ifPresent(value -> all.add(new Setting(controller, file, Long.toString(value), field.place())));
    }

    private static void text(Member field, String controller, String file, List<Setting> all) {
        field.text().filter(value -> !value.isEmpty()).ifPresent(value -> all.add(new Setting(controller, file, value, field.place())));
    }

    private static List<Setting> devices(Member devices) {
        return devices.list(rule -> {
            String type = rule.at("type").text().filter(text -> !text.isEmpty()).orElse("a");
            if (!Set.of("a", "b", "c").contains(type)) {
                throw rule.at("type").wrong("a, b or c");
            }
            String access = rule.at("access").text().orElse("rwm");
            if (!access.matches("[rwm]{1,3}")) {
                throw rule.at("access").wrong("of r, w and m");
            }
            String number = part(rule.at("major")) + ":" + part(rule.at("minor"));
            String line = type.equals("a") && number.equals("*:*") && access.length() == 3 ? "a" : type + " " + number + " " + access;
            return new Setting("devices", rule.at("allow").yes() ? "devices.allow" : "devices.deny", line, rule.place());
        });
    }

    private static String part(Member number) {
        return number.number().filter(value -> value >= 0).map(value -> Long.toString(value)).orElse("*");
    }
}
