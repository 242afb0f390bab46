package io.gantry.e2e.observe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What {@code /proc} and {@code /sys} say. */
public final class Kernel {
    private static final int START_TIME = 19; // after the command's bracket; field 22 of proc_pid_stat(5)

    private Kernel() {}

    /** In clock ticks since boot: with the pid it names one process for ever. */
    public static String startTime(int pid) {
        String stat = read(Path.of("/proc", Integer.toString(pid), "stat"));
        return stat.substring(stat.lastIndexOf(')') + 2).split(" ")[START_TIME];
    }

    public static boolean runs(int pid) {
        return Files.exists(Path.of("/proc", Integer.toString(pid)));
    }

    /** {@code user:[4026532…]}. */
    public static String namespace(int pid, String kind) {
        try {
            return Files.readSymbolicLink(Path.of("/proc", Integer.toString(pid), "ns", kind)).toString();
        } catch (IOException e) {
            throw new StepFailed("process " + pid + " has no " + kind + " namespace: " + e, e);
        }
    }

    /** A file of the process's cgroup: on v1 in that controller's hierarchy, on v2 in the one there is. */
    public static String cgroup(int pid, String controller, String v1File, String v2File) {
        Path group = group(pid, controller);
        return read(group.resolve(group.startsWith(Path.of("/sys/fs/cgroup", controller)) ? v1File : v2File)).strip();
    }

    /** The process's cgroup, likewise. */
    public static Path group(int pid, String controller) {
        String unified = null;
        for (String line : read(Path.of("/proc", Integer.toString(pid), "cgroup")).split("\n")) {
            String[] parts = line.split(":", 3);
            if (parts[1].equals(controller)) {
                return Path.of("/sys/fs/cgroup", controller, parts[2]);
            }
            if (parts[1].isEmpty()) {
                unified = parts[2];
            }
        }
        return Path.of("/sys/fs/cgroup", unified);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new StepFailed(file + " can't be read: " + e, e);
        }
    }
}
