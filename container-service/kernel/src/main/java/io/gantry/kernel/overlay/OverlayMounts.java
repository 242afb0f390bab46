package io.gantry.kernel.overlay;

import static io.gantry.kernel.syscall.LinuxHeader.MOUNT_ATTR_RDONLY;
import static io.gantry.kernel.syscall.LinuxHeader.O_DIRECTORY;
import static io.gantry.kernel.syscall.LinuxHeader.O_PATH;

import io.gantry.kernel.syscall.Errno;
import io.gantry.kernel.syscall.Fd;
import io.gantry.kernel.syscall.SyscallFailure;
import io.gantry.kernel.syscall.SystemCalls;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Overlays of read-only layers under one writable folder (Documentation/filesystems/overlayfs.rst).
 *
 * <p>Layers go in as {@code /proc/self/fd/<n>}, or at places of a mount table that nobody else sees: the container's mount table then shows no
 * path of the host, which it would with {@code FSCONFIG_SET_FD}.
 */
public final class OverlayMounts {
    /** How the kernel is told the layers. */
    public enum Layers {
        /** {@code lowerdir+} for each: any number of them (Linux 6.7). */
        ONE_BY_ONE,
        /** All in one {@code lowerdir}, which ends at {@link #LONGEST_VALUE} bytes: 36 at places as short as {@code /dev/z}. */
        JOINED
    }

    /** What the kernel takes layers from. */
    public enum Source {
        /** Mounts that are nowhere (Linux 6.15). */
        DETACHED,
        /** Only mounts of the caller's own mount table: they are put there in a table of this work's alone, which goes with it. */
        ATTACHED
    }

    /** Is on every host, and has a short name. Covered for the one thread that works there. */
    private static final String BENCH = "/dev";

    /** A string for fsconfig(2) has at most 256 bytes with its terminating zero (fs/fsopen.c). */
    static final int LONGEST_VALUE = 255;

    private final SystemCalls calls;
    private final Layers layers;
    private final Source source;

    public OverlayMounts(SystemCalls calls, Layers layers, Source source) {
        this.calls = calls;
        this.layers = layers;
        this.source = source;
    }

    /**
     * @param lowers lowest first, each a detached mount
     * @param writable a detached mount that holds the folders {@code upper} and {@code work}
     * @param synced whether what programs sync is on the disk, and everything once it is unmounted; without it both are faster, and a crash of the
     *     host leaves the upper folder in any state
     * @param attributes {@code MOUNT_ATTR_*}
     * @return a detached mount
     */
    public Fd mount(List<Fd> lowers, Fd writable, boolean synced, int attributes) {
        return switch (source) {
            case DETACHED -> detached(lowers, writable, synced, attributes);
            case ATTACHED -> calls.amongOwnMounts(() -> attached(lowers, writable, synced, attributes));
        };
    }

    private Fd attached(List<Fd> lowers, Fd writable, boolean synced, int attributes) {
        List<String> places = putAll(lowers);
        String top = BENCH + "/W";
        put(writable, top);
        try (Fd context = calls.fsOpen("overlay")) {
            setLayers(context, places);
            calls.fsSet(context, "upperdir", top + "/upper");
            calls.fsSet(context, "workdir", top + "/work");
            return finish(context, synced, attributes);
        }
    }

    /** @return where they are, highest first */
    private List<String> putAll(List<Fd> lowers) {
        try (Fd bench = calls.fsMount(calls.fsOpen("tmpfs"), 0)) {
            calls.attach(bench, BENCH);
        }
        List<String> places = new ArrayList<>();
        for (Fd lower : lowers.reversed()) {
            places.add(BENCH + "/" + Integer.toString(places.size(), Character.MAX_RADIX));
            put(lower, places.getLast());
        }
        return places;
    }

    private void put(Fd mount, String place) {
        calls.makeFolder(place, 0700);
        calls.attach(mount, place);
    }

    private Fd detached(List<Fd> lowers, Fd writable, boolean synced, int attributes) {
        try (Fd context = calls.fsOpen("overlay");
                Fd upper = calls.openAt(writable, "upper", O_PATH | O_DIRECTORY, 0);
                Fd work = calls.openAt(writable, "work", O_PATH | O_DIRECTORY, 0)) {
            setLayers(context, lowers.reversed().stream().map(Fd::path).toList());
            calls.fsSet(context, "upperdir", upper.path());
            calls.fsSet(context, "workdir", work.path());
            return finish(context, synced, attributes);
        }
    }

    private Fd finish(Fd context, boolean synced, int attributes) {
        if (!synced) {
            calls.fsFlag(context, "volatile");
        }
        return calls.fsMount(context, attributes);
    }

    /**
     * All of them read-only.
     *
     * @param lowers lowest first, two at least, each a detached mount
     */
    public Fd union(List<Fd> lowers) {
        return switch (source) {
            case DETACHED -> union(lowers.reversed().stream().map(Fd::path));
            case ATTACHED -> calls.amongOwnMounts(() -> union(putAll(lowers).stream()));
        };
    }

    private Fd union(Stream<String> highestFirst) {
        try (Fd context = calls.fsOpen("overlay")) {
            setLayers(context, highestFirst.toList());
            return calls.fsMount(context, MOUNT_ATTR_RDONLY);
        }
    }

    private void setLayers(Fd context, List<String> highestFirst) {
        switch (layers) {
            case ONE_BY_ONE -> highestFirst.forEach(lower -> calls.fsSet(context, "lowerdir+", lower));
            case JOINED -> {
                String all = String.join(":", highestFirst);
                if (all.length() > LONGEST_VALUE) {
                    throw new SyscallFailure("fsconfig", "lowerdir of " + highestFirst.size() + " layers", Errno.E2BIG);
                }
                calls.fsSet(context, "lowerdir", all);
            }
        }
    }
}
