package io.gantry.agent.image;

import io.gantry.kernel.files.TreeReader;
import io.gantry.kernel.files.TreeReader.Kind;
import java.util.Set;

/** What lies in a container's writable layer besides its own files: overlayfs' marks for what is gone, and the places of the agent's files. */
public final class UpperLayer {
    private static final String OPAQUE = "trusted.overlay.opaque";
    private static final Set<String> BOUND = Set.of("etc/hosts", "etc/hostname", "etc/resolv.conf");

    private UpperLayer() {}

    /** The name is gone from the layers below. */
    public static boolean isWhiteout(TreeReader.Entry entry) {
        return entry.kind() == Kind.CHARACTER_DEVICE && entry.node() == 0;
    }

    /** Nothing of the layers below shows in this folder. */
    public static boolean isOpaque(TreeReader.Entry entry) {
        return entry.kind() == Kind.FOLDER && entry.xattrs().containsKey(OPAQUE);
    }

    /** A file that the agent binds one of its own over; an empty one was made for that. */
    public static boolean isPlace(TreeReader.Entry entry) {
        return entry.kind() == Kind.FILE && entry.size() == 0 && BOUND.contains(entry.path());
    }
}
