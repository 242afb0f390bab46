package io.gantry.agent.isolation;

import java.util.List;
import java.util.Set;

/**
 * A line of {@code /proc/<pid>/mountinfo}, see proc_pid_mountinfo(5).
 *
 * @param root which folder or file of the file system is mounted
 * @param path where, as the process sees it
 * @param options of this mount, not of the file system
 */
record MountPoint(String root, String path, Set<String> options, String type) {
    private static final int ROOT = 3;
    private static final int PATH = 4;
    private static final int OPTIONS = 5;

    static MountPoint parse(String line) {
        String[] fields = line.split(" ");
        int end = List.of(fields).indexOf("-");
        return new MountPoint(fields[ROOT], fields[PATH], Set.of(fields[OPTIONS].split(",")), fields[end + 1]);
    }

    /** A container finds its limits there; what it could change would be more than a look. */
    boolean showsGroups() {
        return readOnly() && (type.equals("cgroup") || type.equals("cgroup2"));
    }

    boolean readOnly() {
        return options.contains("ro");
    }
}
