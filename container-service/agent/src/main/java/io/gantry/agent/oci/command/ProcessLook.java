package io.gantry.agent.oci.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** What the kernel says of a container's first process: nothing kept tells as truly whether it waits, runs or has ended. */
final class ProcessLook {
    private static final String LAUNCHER = "memfd:gantry-launcher";

    /** The specification's words, and runc's for one that stands still. */
    enum Status {
        CREATING, CREATED, RUNNING, PAUSED, STOPPED;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private ProcessLook() {}

    static Status of(BundleState state, boolean frozen) {
        if (state.pid() == 0) {
            return Status.CREATING;
        }
        if (ticks(state.pid()) != state.startTicks()) {
            return Status.STOPPED;
        }
        if (frozen) {
            return Status.PAUSED;
        }
        return executes(state.pid()).contains(LAUNCHER) ? Status.CREATED : Status.RUNNING;
    }

    /** When it began, in the kernel's ticks; 0 if there is none, or only its exit status. */
    static long ticks(int pid) {
        try {
            // the name in it may be any bytes
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return fields[0].equals("Z") || fields[0].equals("X") ? 0 : Long.parseLong(fields[19]);
        } catch (IOException e) {
            return 0;
        }
    }

    private static String executes(int pid) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/" + pid + "/exe")).toString();
        } catch (IOException e) {
            return "";
        }
    }
}
