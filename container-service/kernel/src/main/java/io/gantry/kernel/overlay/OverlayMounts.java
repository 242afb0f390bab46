package io.gantry.kernel.overlay;

import static io.gantry.kernel.syscall.LinuxHeader.MOUNT_ATTR_RDONLY;
import static io.gantry.kernel.syscall.LinuxHeader.O_DIRECTORY;
import static io.gantry.kernel.syscall.LinuxHeader.O_PATH;

import io.gantry.kernel.syscall.Errno;
import io.gantry.kernel.syscall.Fd;
import io.gantry.kernel.syscall.SyscallFailure;
import io.gantry.kernel.syscall.SystemCalls;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Overlays of read-only layers under one writable folder (Documentation/filesystems/overlayfs.rst).
 *
 * <p>Layers go in as {@code /proc/self/fd/<n>} strings: the container's mount table then shows no path of the host, which it
 * would with {@code FSCONFIG_SET_FD}.
 */
public final class OverlayMounts {
    /** How the kernel is told the layers. */
    public enum Layers {
        /** {@code lowerdir+} for each: any number of them (Linux 6.7). */
        ONE_BY_ONE,
        /** All in one {@code lowerdir}, which ends at {@link #LONGEST_VALUE} bytes: about fourteen. */
        JOINED
    }

    /** A string for fsconfig(2) has at most 256 bytes with its terminating zero (fs/fsopen.c). */
    static final int LONGEST_VALUE = 255;

    private final SystemCalls calls;
    private final Layers layers;

    public OverlayMounts(SystemCalls calls, Layers layers) {
        this.calls = calls;
        this.layers = layers;
    }

    /**
     * @param lowers lowest first, each a detached or attached mount or folder
     * @param writable a mount that holds the folders {@code upper} and {@code work}
     * @return a detached mount
     */
    public Fd mount(List<Fd> lowers, Fd writable) {
        Fd context = calls.fsOpen("overlay");
        try (Fd upper = calls.openAt(writable, "upper", O_PATH | O_DIRECTORY, 0);
                Fd work = calls.openAt(writable, "work", O_PATH | O_DIRECTORY, 0)) {
            setLayers(context, lowers.reversed());
            calls.fsSet(context, "upperdir", upper.path());
            calls.fsSet(context, "workdir", work.path());
            calls.fsFlag(context, "volatile");
            return calls.fsMount(context, 0);
        } finally {
            context.close();
        }
    }

    /**
     * All of them read-only.
     *
     * @param lowers lowest first, two at least
     */
    public Fd union(List<Fd> lowers) {
        try (Fd context = calls.fsOpen("overlay")) {
            setLayers(context, lowers.reversed());
            return calls.fsMount(context, MOUNT_ATTR_RDONLY);
        }
    }

    private void setLayers(Fd context, List<Fd> highestFirst) {
        switch (layers) {
            case ONE_BY_ONE -> highestFirst.forEach(lower -> calls.fsSet(context, "lowerdir+", lower.path()));
            case JOINED -> {
                String all = highestFirst.stream().map(Fd::path).collect(Collectors.joining(":"));
                if (all.length() > LONGEST_VALUE) {
                    throw new SyscallFailure("fsconfig", "lowerdir of " + highestFirst.size() + " layers", Errno.E2BIG);
                }
                calls.fsSet(context, "lowerdir", all);
            }
        }
    }
}
