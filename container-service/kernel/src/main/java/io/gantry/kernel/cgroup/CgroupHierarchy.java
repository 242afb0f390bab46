package io.gantry.kernel.cgroup;

import java.util.List;
import java.util.Optional;

/**
 * The cgroup trees of this host. Pure: it says what to make and write, others do it. Implementations are chosen by what is
 * mounted, see {@link MountedCgroups}.
 */
public sealed interface CgroupHierarchy permits HybridHierarchy, UnifiedHierarchy {
    /** The controller's name of the tree whose groups a process is born into, and killed by. */
    String UNIFIED = "unified";

    /**
     * One folder that a container is in.
     *
     * @param controller {@code memory}, … or {@link #UNIFIED}
     * @param path absolute
     * @param setup done once, in order, before anything joins
     */
    record Group(String controller, String path, List<Setting> setup) {
        /** Its processes are born in it (CLONE_INTO_CGROUP); the others are joined by {@link #tasks}. */
        public boolean born() {
            return controller.equals(UNIFIED);
        }

        /** What a task writes {@code 0} to, to join without the global lock that {@code cgroup.procs} takes. */
        public String tasks() {
            return path + "/tasks";
        }
    }

    /** @param why for {@code explain} */
    record Setting(String file, String value, String why) {}

    /**
     * One setting of a running container that becomes another.
     *
     * @param back what takes it back
     */
    record Change(String controller, String path, Setting setting, Setting back) {}

    /**
     * A mount by which a container sees its own groups, as its cgroup namespace shows them.
     *
     * @param target below {@code /sys/fs/cgroup} of the container; {@code ""} is that folder itself
     * @param type {@code cgroup} or {@code cgroup2}
     * @param data of mount(2)
     */
    record View(String target, String type, String data) {}

    /** A file that is there if, and only if, this host gives something; with a {@code word} only if it holds that word, too. */
    record Proof(String file, String word) {}

    /**
     * All groups of a container, the unified one first.
     *
     * @throws LimitUnavailable for what this host doesn't have
     */
    List<Group> groups(String slot, Limits limits);

    /** How a container with these limits sees its groups: those it has to itself, and nothing above. */
    List<View> views(Limits limits);

    /** Settings above the containers' own groups that these limits need besides {@link #roots}; doing them again changes nothing. */
    List<Group> opened(Limits limits);

    /**
     * What makes a running container's limits others, in an order that the kernel accepts. A change may be of a group that {@code from} didn't
     * have: it is to be made by {@link #groups} of {@code to}, and joined.
     *
     * @throws LimitUnavailable for what this host doesn't have
     */
    List<Change> changes(String slot, Limits from, Limits to);

    /** Every folder that a container of the slot may have. */
    List<String> folders(String slot);

    /** The container's group in the unified tree: kills, freezes and names it as a whole. */
    default String unified(String slot) {
        return folders(slot).getFirst();
    }

    /** Folders that must exist above all containers, parents first, with what is set there once. */
    List<Group> roots();

    /**
     * Groups whose file {@code memory.low} must be the sum of those right below them, the lowest first: what a group reserves counts only as far as
     * all above it do. Empty where a reservation needs nobody above.
     */
    List<String> reservationSums();

    /** Where a program is attached that decides which devices can be opened below; empty where roots' settings say it. */
    List<String> deviceGates();

    /** Of {@code controller}, or the tree {@link #UNIFIED}. */
    Proof proof(String controller);

    /** A folder of the unified tree in which a group can be made. */
    String unifiedRoot();

    /** All cores of the host, as {@code cpuset(7)} lists them; {@code ""} where it can't bind processes to cores. */
    String cores();

    /** The file that says which cores a container runs on. */
    String coresOf(String slot);

    /** Where it is told what a container uses. */
    UsageFiles usage(String slot);

    /**
     * Folders of the groups that say what programs size themselves by: of memory, cpu, cpuacct and, where there is one, cpuset, in this order; or the
     * one that is all of them.
     */
    List<String> sizes(String slot);

    /** Where it is told how long processes of all containers of this node waited: for processors, for memory, for disks (psi.rst); absolute paths. */
    List<String> pressures();

    /** Counts what the out-of-memory killer killed in it: a line {@code oom_kill <n>}. */
    String memoryEvents(String slot);

    /** Takes bytes from the container's memory without harm; empty where lowering its limit does that, and is refused by EBUSY if it can't. */
    Optional<String> memoryReclaim(String slot);

    /** Bytes that the container has in memory now. */
    String memoryUsage(String slot);
}
