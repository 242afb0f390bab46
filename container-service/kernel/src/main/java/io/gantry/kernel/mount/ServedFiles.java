package io.gantry.kernel.mount;

import static io.gantry.kernel.syscall.LinuxHeader.MOUNT_ATTR_NODEV;
import static io.gantry.kernel.syscall.LinuxHeader.MOUNT_ATTR_NOEXEC;
import static io.gantry.kernel.syscall.LinuxHeader.MOUNT_ATTR_NOSUID;
import static io.gantry.kernel.syscall.LinuxHeader.MOUNT_ATTR_RDONLY;

import io.gantry.kernel.syscall.Fd;
import io.gantry.kernel.syscall.LinuxHeader;
import io.gantry.kernel.syscall.SystemCalls;

/**
 * A read-only file system whose content is told by whoever holds its device (Documentation/filesystems/fuse/fuse.rst). It ends when the device is
 * closed by all. It is of the host's user namespace, so that a process of the host that holds the device can serve containers; what may be read
 * is checked by the kernel, by the files' modes.
 */
public final class ServedFiles {
    /** As mountinfo(5) shows it. */
    public static final String TYPE = "fuse.gantry";

    private final SystemCalls calls;

    public ServedFiles(SystemCalls calls) {
        this.calls = calls;
    }

    public Fd device() {
        return calls.open("/dev/fuse", LinuxHeader.O_RDWR, 0);
    }

    /** @return the detached mount; nothing in it can be looked at before {@code device} is served */
    public Fd mount(Fd device) {
        Fd context = calls.fsOpen("fuse");
        calls.fsSet(context, "source", "gantry");
        calls.fsSet(context, "subtype", "gantry");
        calls.fsSet(context, "fd", Integer.toString(device.number()));
        calls.fsSet(context, "rootmode", "40555");
        calls.fsSet(context, "user_id", "0");
        calls.fsSet(context, "group_id", "0");
        calls.fsFlag(context, "allow_other");
        calls.fsFlag(context, "default_permissions");
        calls.fsFlag(context, "ro");
        return calls.fsMount(context, MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC);
    }
}
