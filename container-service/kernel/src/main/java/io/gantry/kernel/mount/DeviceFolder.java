package io.gantry.kernel.mount;

import static io.gantry.kernel.syscall.LinuxHeader.MOUNT_ATTR_NOEXEC;
import static io.gantry.kernel.syscall.LinuxHeader.MOUNT_ATTR_NOSUID;

import io.gantry.kernel.syscall.Errno;
import io.gantry.kernel.syscall.Fd;
import io.gantry.kernel.syscall.Opened;
import io.gantry.kernel.syscall.SyscallFailure;
import io.gantry.kernel.syscall.SystemCalls;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A container's {@code /dev}: a small tmpfs made by the host, because a device node made inside a user namespace is refused.
 * No bind mount of a host device is needed.
 */
public final class DeviceFolder {
    /** A character device (Documentation/admin-guide/devices.txt). */
    public record Device(String name, int major, int minor) {}

    public static final List<Device> DEVICES =
            List.of(
                    new Device("null", 1, 3),
                    new Device("zero", 1, 5),
                    new Device("full", 1, 7),
                    new Device("random", 1, 8),
                    new Device("urandom", 1, 9),
                    new Device("tty", 5, 0));

    /** Where further file systems are mounted. */
    public static final List<String> FOLDERS = List.of("pts", "shm", "mqueue");
    /** By name. */
    public static final Map<String, String> LINKS =
            Collections.unmodifiableMap(
                    new TreeMap<>(
                            Map.of(
                                    "ptmx", "pts/ptmx",
                                    "fd", "/proc/self/fd",
                                    "stdin", "/proc/self/fd/0",
                                    "stdout", "/proc/self/fd/1",
                                    "stderr", "/proc/self/fd/2")));
    private final SystemCalls calls;

    public DeviceFolder(SystemCalls calls) {
        this.calls = calls;
    }

    /** @return the detached mount; all in it belongs to {@code owner} */
    public Fd make(int owner) {
        try (Opened opened = new Opened()) {
            Fd folder = opened.add(tree(owner));
            for (Device device : DEVICES) {
                calls.makeDeviceAt(folder, device.name(), 0666, device.major(), device.minor(), owner);
            }
            FOLDERS.forEach(name -> calls.makeFolderAt(folder, name, 0755, owner));
            LINKS.forEach((name, target) -> calls.makeLinkAt(folder, name, target, owner));
            opened.keep();
            return folder;
        }
    }

    private Fd tree(int owner) {
        try (Fd context = calls.fsOpen("tmpfs")) {
            calls.fsSet(context, "mode", "755");
            calls.fsSet(context, "size", "64k");
            calls.fsSet(context, "uid", Integer.toUnsignedString(owner));
            calls.fsSet(context, "gid", Integer.toUnsignedString(owner));
            return calls.fsMount(context, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC);
        }
    }

    /** One more, at {@code name}, which may be in folders of the folder. */
    public void add(Fd folder, String name, int major, int minor, int owner) {
        for (int slash = name.indexOf('/'); slash > 0; slash = name.indexOf('/', slash + 1)) {
            try {
                calls.makeFolderAt(folder, name.substring(0, slash), 0755, owner);
            } catch (SyscallFailure e) {
                if (e.errno() != Errno.EEXIST) {
                    throw e;
                }
            }
        }
        calls.makeDeviceAt(folder, name, 0666, major, minor, owner);
    }
}
