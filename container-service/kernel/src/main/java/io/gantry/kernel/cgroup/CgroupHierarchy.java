package io.gantry.kernel.cgroup;

import java.util.List;

/**
 * The cgroup trees of this host. Pure: it says what to make and write, others do it. Implementations are chosen by what is
 * mounted; a pure v2 tree joins here as a second one.
 */
public sealed interface CgroupHierarchy permits HybridHierarchy {
    /**
     * One folder that a container is in.
     *
     * @param controller {@code memory}, … or {@code unified}
     * @param path absolute
     * @param setup done once, in order, before anything joins
     */
    record Group(String controller, String path, List<Setting> setup) {
        /** What a task writes {@code 0} to, to join without the global lock that {@code cgroup.procs} takes. */
        public String tasks() {
            return path + "/tasks";
        }
    }

    /** @param why for {@code explain} */
    record Setting(String file, String value, String why) {}

    /** The v1 groups of a container; the unified one isn't among them. */
    List<Group> groups(String slot, Limits limits);

    /** The container's group in the unified tree: kills, freezes and names it as a whole. */
    String unified(String slot);

    /** Folders that must exist above all containers, parents first, with what is set there once. */
    List<Group> roots();

    /** A file that is there if, and only if, this host gives {@code controller}, or the tree {@code unified}. */
    String proof(String controller);

    /** Where it is told what a container uses. */
    UsageFiles usage(String slot);

    /** Counts what the out-of-memory killer killed in it: a line {@code oom_kill <n>}. */
    String memoryEvents(String slot);
}
