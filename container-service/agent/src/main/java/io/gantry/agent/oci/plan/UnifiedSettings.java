package io.gantry.agent.oci.plan;

import io.gantry.agent.oci.config.BundleResources;
import io.gantry.agent.oci.config.BundleResources.Setting;
import io.gantry.contracts.problem.BadField;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A bundle's limits in the words of cgroup v2 (cgroup-v2.rst): the specification has v1's, and {@code unified} beside them. Weights are
 * converted as runc and crun do. What v2 doesn't have is refused by name. Pure.
 */
final class UnifiedSettings {
    /** Of {@code unified}: whatever controller has that file. */
    static final String ANY = "";

    private static final long USUAL_PERIOD_MICROS = 100_000;

    private UnifiedSettings() {}

    static List<Setting> of(BundleResources resources) {
        List<Setting> v1 = resources.settings();
        List<Setting> all = new ArrayList<>();
        for (Setting each : v1) {
            String value = each.value();
            switch (each.file()) {
                case "memory.limit_in_bytes" -> all.add(put(each, "memory.max", most(value)));
                case "memory.memsw.limit_in_bytes" -> all.add(put(each, "memory.swap.max", swap(each, find(v1, "memory.limit_in_bytes"))));
                case "memory.soft_limit_in_bytes" -> all.add(put(each, "memory.low", most(value)));
                case "cpu.shares" -> all.add(put(each, "cpu.weight", Long.toString(1 + (Long.parseLong(value) - 2) * 9999 / 262_142)));
                case "cpu.cfs_quota_us" -> {
                    String period = find(v1, "cpu.cfs_period_us").map(Setting::value).orElse(Long.toString(USUAL_PERIOD_MICROS));
                    all.add(put(each, "cpu.max", most(value) + " " + period));
                }
                case "cpu.cfs_period_us" -> {
                    if (find(v1, "cpu.cfs_quota_us").isEmpty()) {
                        all.add(put(each, "cpu.max", "max " + value));
                    }
                }
                case "cpu.cfs_burst_us" -> all.add(put(each, "cpu.max.burst", value));
                case "cpu.idle", "cpuset.cpus", "cpuset.mems", "pids.max" -> all.add(each);
                case "blkio.bfq.weight" -> all.add(put("io", each, "io.weight", "default " + weight(value)));
                case "blkio.bfq.weight_device" -> all.add(put("io", each, "io.weight", device(value) + " " + weight(rate(value))));
                case "blkio.throttle.read_bps_device" -> all.add(put("io", each, "io.max", device(value) + " rbps=" + rate(value)));
                case "blkio.throttle.write_bps_device" -> all.add(put("io", each, "io.max", device(value) + " wbps=" + rate(value)));
                case "blkio.throttle.read_iops_device" -> all.add(put("io", each, "io.max", device(value) + " riops=" + rate(value)));
                case "blkio.throttle.write_iops_device" -> all.add(put("io", each, "io.max", device(value) + " wiops=" + rate(value)));
                default -> {
                    if (!each.controller().equals("hugetlb")) {
                        throw new BadField(each.field(), each.field() + " isn't honoured: cgroup v2 has no such limit", "leave it out");
                    }
                    all.add(put(each, each.file().replace(".limit_in_bytes", ".max"), value));
                }
            }
        }
        resources.unified().forEach((file, value) -> all.add(new Setting(ANY, file, value, "linux.resources.unified." + file)));
        return List.copyOf(all);
    }

    private static Setting put(Setting from, String file, String value) {
        return put(from.controller(), from, file, value);
    }

    private static Setting put(String controller, Setting from, String file, String value) {
        return new Setting(controller, file, value, from.field());
    }

    private static Optional<Setting> find(List<Setting> all, String file) {
        return all.stream().filter(each -> each.file().equals(file)).findFirst();
    }

    private static String most(String value) {
        return Long.parseLong(value) < 0 ? "max" : value;
    }

    /** v1's is memory and swap together. */
    private static String swap(Setting together, Optional<Setting> memory) {
        if (Long.parseLong(together.value()) < 0) {
            return "max";
        }
        long limit = memory.map(each -> Long.parseLong(each.value())).filter(value -> value >= 0).orElseThrow(() -> new BadField(
                together.field(), together.field() + " is memory and swap together: it says nothing of swap without linux.resources.memory.limit"));
        return Long.toString(Long.parseLong(together.value()) - limit);
    }

    /** 10 to 1000 of v1 as 1 to 10,000. */
    private static long weight(String value) {
        return 1 + (Long.parseLong(value) - 10) * 9999 / 990;
    }

    private static String device(String line) {
        return line.substring(0, line.indexOf(' '));
    }

    private static String rate(String line) {
        return line.substring(line.indexOf(' ') + 1);
    }
}
