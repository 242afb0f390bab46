package io.gantry.kernel.cgroup;

import java.util.Set;

/** Sizes of huge pages, by the kernel's names. */
final class HugePages {
    private HugePages() {}

    /** @throws LimitUnavailable if {@code size} can't be limited here */
    static void require(String size, Set<String> sizes) {
        if (sizes.isEmpty()) {
            throw new LimitUnavailable(
                    "hugePages", "the controller hugetlb isn't there on this host", "use a kernel with CONFIG_CGROUP_HUGETLB=y, or leave hugePages out");
        }
        if (!sizes.contains(size)) {
            throw new LimitUnavailable("hugePages", "this host has no huge pages of " + size, "it has " + String.join(", ", sizes.stream().sorted().toList()));
        }
    }
}
