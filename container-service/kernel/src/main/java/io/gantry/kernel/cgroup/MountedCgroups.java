package io.gantry.kernel.cgroup;

import io.gantry.contracts.unit.Bytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Looks at what is mounted and what it offers.
 *
 * @param mount {@code /sys/fs/cgroup}
 */
public record MountedCgroups(Path mount) {
    private static final Path HUGE_PAGES = Path.of("/sys/kernel/mm/hugepages");

    public static MountedCgroups usual() {
        return new MountedCgroups(Path.of("/sys/fs/cgroup"));
    }

    /** v2 alone where it is mounted at the top, else v1 with a v2 tree beside it. */
    public CgroupHierarchy hierarchy(String parent, String node) {
        if (Files.exists(mount.resolve("cgroup.controllers"))) {
            Set<String> controllers = words(mount.resolve("cgroup.controllers"));
            return new UnifiedHierarchy(
                    mount.toString(), parent, node, controllers, lineIfThere(mount.resolve("cpuset.cpus.effective")), lineIfThere(mount.resolve("cpuset.mems.effective")),
                    Files.exists(Path.of("/proc/swaps")), controllers.contains("hugetlb") ? hugePages() : Set.of());
        }
        Path cpuset = mount.resolve("cpuset");
        return new HybridHierarchy(
                mount.toString(), parent, node, lineIfThere(cpuset.resolve("cpuset.cpus")), lineIfThere(cpuset.resolve("cpuset.mems")), extras());
    }

    private HybridHierarchy.Extras extras() {
        boolean own = Files.exists(mount.resolve("hugetlb/tasks"));
        boolean unified = !own && words(mount.resolve("unified/cgroup.controllers")).contains("hugetlb");
        return new HybridHierarchy.Extras(
                Files.exists(mount.resolve("memory/memory.memsw.limit_in_bytes")),
                Files.exists(mount.resolve("blkio/tasks")),
                Stream.of("blkio.weight", "blkio.bfq.weight").filter(file -> Files.exists(mount.resolve("blkio").resolve(file))).findFirst().orElse(""),
                own || unified ? hugePages() : Set.of(),
                unified);
    }

    /** {@code hugepages-2048kB} is {@code 2MB} in names of cgroup files (mem_fmt in hugetlb_cgroup.c). */
    private static Set<String> hugePages() {
        Set<String> sizes = new TreeSet<>();
        try (Stream<Path> found = Files.exists(HUGE_PAGES) ? Files.list(HUGE_PAGES) : Stream.empty()) {
            found.map(path -> path.getFileName().toString().replaceAll("\\D", "")).forEach(kilo -> sizes.add(new Bytes(Long.parseLong(kilo) << 10).toString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return sizes.stream().map(size -> size.replace(" ", "").replace("iB", "B")).collect(Collectors.toUnmodifiableSet());
    }

    private static Set<String> words(Path file) {
        return Arrays.stream(lineIfThere(file).split(" ")).filter(word -> !word.isEmpty()).collect(Collectors.toUnmodifiableSet());
    }

    private static String lineIfThere(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file).strip() : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
