package io.gantry.kernel.mount;

import static io.gantry.kernel.syscall.LinuxHeader.MOUNT_ATTR_NODEV;
import static io.gantry.kernel.syscall.LinuxHeader.MOUNT_ATTR_RDONLY;
import static io.gantry.kernel.syscall.LinuxHeader.O_RDONLY;

import io.gantry.kernel.syscall.Fd;
import io.gantry.kernel.syscall.SyscallFailure;
import io.gantry.kernel.syscall.SystemCalls;
import java.nio.charset.StandardCharsets;

/**
 * Mounts EROFS images (Documentation/filesystems/erofs.rst). Each mount of the same image is a file system of its own with a cache of its own: an image is
 * mounted once, and its mount cloned for who needs it.
 *
 * <p>An image is mounted by its file from Linux 7.0 on, and by a loop device before: until then, a program that was killed while it read left zeros in the
 * cache that others were given as the file's content (fixed by "erofs: set fileio bio failed in short read case" in 7.0-rc6). A loop device reads by threads
 * of the kernel, which nobody kills.
 */
public final class ImageMounts {
    private static final int FILES_SINCE = 7;
    private static final int LONGEST_RELEASE = 64;
    private final SystemCalls calls;

    public ImageMounts(SystemCalls calls) {
        this.calls = calls;
    }

    /**
     * @param image whole, and never changed again
     * @return a detached mount, read-only; the image's file may be removed while it or a clone is there
     */
    public Fd mount(String image) {
        if (byFile()) {
            try {
                return mounted(image);
            } catch (SyscallFailure e) {
                // CONFIG_EROFS_FS_BACKED_BY_FILE may be off
                return byDevice(image);
            }
        }
        return byDevice(image);
    }

    /** Whether this kernel is trusted to mount an image without a loop device. */
    public boolean byFile() {
        try (Fd file = calls.open("/proc/sys/kernel/osrelease", O_RDONLY, 0)) {
            String release = new String(calls.read(file, LONGEST_RELEASE), StandardCharsets.US_ASCII);
            String major = release.split("\\.", 2)[0];
            return major.matches("\\d{1,4}") && Integer.parseInt(major) >= FILES_SINCE;
        }
    }

    private Fd byDevice(String image) {
        try (Fd file = calls.open(image, O_RDONLY, 0);
                LoopDevices.Device device = new LoopDevices(calls).give(file)) {
            return mounted(device.path());
        }
    }

    private Fd mounted(String source) {
        try (Fd context = calls.fsOpen("erofs")) {
            calls.fsSet(context, "source", source);
            // else a device that can't be written to is refused
            calls.fsFlag(context, "ro");
            return calls.fsMount(context, MOUNT_ATTR_RDONLY | MOUNT_ATTR_NODEV);
        }
    }
}
