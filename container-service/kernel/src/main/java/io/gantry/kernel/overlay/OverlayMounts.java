package io.gantry.kernel.overlay;

import static io.gantry.kernel.syscall.LinuxHeader.O_DIRECTORY;
import static io.gantry.kernel.syscall.LinuxHeader.O_PATH;

import io.gantry.kernel.syscall.Fd;
import io.gantry.kernel.syscall.SystemCalls;
import java.util.List;

/**
 * Overlays of read-only layers under one writable folder (Documentation/filesystems/overlayfs.rst).
 *
 * <p>Layers go in as {@code /proc/self/fd/<n>} strings: the container's mount table then shows no path of the host, which it
 * would with {@code FSCONFIG_SET_FD}. {@code lowerdir+} needs Linux 6.7.
 */
public final class OverlayMounts {
    private final SystemCalls calls;

    public OverlayMounts(SystemCalls calls) {
        this.calls = calls;
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
            for (Fd lower : lowers.reversed()) {
                calls.fsSet(context, "lowerdir+", lower.path());
            }
            calls.fsSet(context, "upperdir", upper.path());
            calls.fsSet(context, "workdir", work.path());
            calls.fsFlag(context, "volatile");
            return calls.fsMount(context, 0);
        } finally {
            context.close();
        }
    }
}
