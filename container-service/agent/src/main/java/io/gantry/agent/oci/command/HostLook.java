package io.gantry.agent.oci.command;

import io.gantry.agent.oci.config.BundleConfig;
import io.gantry.agent.oci.plan.BundleInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What a plan has to know of this host. */
final class HostLook {
    private static final Path CGROUPS = Path.of("/sys/fs/cgroup");
    private static final List<String> PASSED = List.of("cpu", "memory", "pids", "cpuset", "io", "hugetlb");
    private static final Set<String> CONTROLLERS =
            Set.of("cpuset", "cpu", "cpuacct", "blkio", "memory", "devices", "freezer", "net_cls", "perf_event", "net_prio", "hugetlb", "pids", "rdma", "misc");

    private HostLook() {}

    static BundleInput.Trees trees() throws IOException {
        if (Files.exists(CGROUPS.resolve("cgroup.controllers"))) {
            Set<String> there = Set.of(Files.readString(CGROUPS.resolve("cgroup.controllers")).strip().split(" "));
            return BundleInput.Trees.alone(CGROUPS.toString(), PASSED.stream().filter(there::contains).toList());
        }
        if (!Files.exists(CGROUPS.resolve("unified/cgroup.procs"))) {
            throw new IllegalStateException("gantry-runc needs cgroup v2 at %s, or cgroup v1 there with a v2 tree at %s/unified; this host has neither".formatted(CGROUPS, CGROUPS));
        }
        try (Stream<Path> all = Files.list(CGROUPS)) {
            // of one tree with two controllers, cpu,cpuacct, the names with one of them are links to it: one of them is enough
            Map<Path, String> trees = new TreeMap<>();
            for (Path folder : all.filter(each -> Files.exists(each.resolve("tasks")) && !each.getFileName().toString().contains(",")).sorted().toList()) {
                trees.putIfAbsent(folder.toRealPath(), folder.getFileName().toString());
            }
            List<String> names = trees.values().stream().sorted().toList();
            return new BundleInput.Trees(CGROUPS.toString(), names, names.stream().filter(name -> !CONTROLLERS.contains(name)).toList(), List.of());
        }
    }

    /** Whether what is bound is a folder; without what isn't there. */
    static Map<String, Boolean> sources(BundleConfig config) {
        Map<String, Boolean> sources = new HashMap<>();
        for (BundleConfig.BundleMount mount : config.mounts()) {
            Path source = Path.of(mount.source());
            if (mount.type().equals("bind") && Files.exists(source)) {
                sources.put(mount.source(), Files.isDirectory(source));
            }
        }
        return sources;
    }

    static String kernel() {
        return System.getProperty("os.version");
    }
}
