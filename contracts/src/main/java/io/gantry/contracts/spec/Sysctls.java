package io.gantry.contracts.spec;

import io.gantry.contracts.problem.BadField;
import java.util.Set;
import java.util.regex.Pattern;

/** Kernel settings that belong to a container's own namespaces; all others are the whole host's. */
public final class Sysctls {
    private static final Pattern KEY = Pattern.compile("[a-zA-Z0-9_]+([./][a-zA-Z0-9_-]+)+");
    private static final int LONGEST = 255;
    private static final Pattern VALUE = Pattern.compile("[\\x20-\\x7e\\t]{1,255}");

    /** Of the ipc namespace, ipc_namespaces(7). */
    private static final Set<String> IPC = Set.of(
            "kernel.msgmax", "kernel.msgmnb", "kernel.msgmni", "kernel.sem", "kernel.shmall", "kernel.shmmax", "kernel.shmmni",
            "kernel.shm_rmid_forced");

    private Sysctls() {}

    static void check(String key, String value) {
        String field = "sysctls." + key;
        String dotted = key.replace('/', '.');
        if (key.length() > LONGEST || !KEY.matcher(key).matches()) {
            throw new BadField(field, "'" + key + "' is not the name of a setting", "write for example net.core.somaxconn");
        }
        if (!dotted.startsWith("net.") && !dotted.startsWith("fs.mqueue.") && !IPC.contains(dotted)) {
            throw new BadField(
                    field, key + " is a setting of the whole host", "a container may set net.*, fs.mqueue.*, kernel.sem, kernel.msg* and kernel.shm*");
        }
        if (!VALUE.matcher(value).matches()) {
            throw new BadField(field, key + " has a value that is no line of text: '" + value + "'");
        }
    }

    /** Where it stands. In a key with slashes a dot is part of a name: {@code net/ipv4/conf/eth0.1/rp_filter}. */
    public static String path(String key) {
        return "/proc/sys/" + (key.contains("/") ? key : key.replace('.', '/'));
    }
}
