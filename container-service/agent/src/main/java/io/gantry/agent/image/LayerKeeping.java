package io.gantry.agent.image;

import io.gantry.kernel.probe.Feature;
import io.gantry.kernel.probe.Finding;
import io.gantry.kernel.probe.KernelReport;
import java.util.Locale;
import java.util.Optional;

/**
 * In which form this host keeps new layers, and why.
 *
 * @param reason for people: a clause
 */
public record LayerKeeping(boolean asImages, String reason) {
    /** What a host is told by {@code --layers}. */
    public enum Wish {
        /** Images where this host can mount them. */
        AUTO,
        /** Images, or no agent. */
        EROFS,
        FOLDERS;

        /** @throws IllegalArgumentException saying what there is */
        public static Wish parse(String text) {
            for (Wish wish : values()) {
                if (wish.word().equals(text)) {
                    return wish;
                }
            }
            throw new IllegalArgumentException("--layers is auto, erofs or folders, got '" + text + "'");
        }

        private String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * @param byFile whether this kernel mounts an image without a loop device
     * @throws IllegalArgumentException if images are wanted, and can't be had
     */
    public static LayerKeeping of(Wish wish, KernelReport kernel, boolean byFile) {
        if (wish == Wish.FOLDERS) {
            return new LayerKeeping(false, "--layers folders says so");
        }
        Optional<String> lacking = kernel.missing(Feature.IMAGES).map(Finding.Missing::describe);
        if (lacking.isEmpty()) {
            return new LayerKeeping(true, byFile ? "mounted by their files" : "mounted by loop devices: Linux before 7.0 may spoil what it reads from files");
        }
        if (wish == Wish.EROFS) {
            throw new IllegalArgumentException("--layers erofs, but this host can't have layers so. " + lacking.get() + "; or give --layers auto");
        }
        return new LayerKeeping(false, lacking.get());
    }

    /** As it stands in a label of the node. */
    public String word() {
        return (asImages ? Wish.EROFS : Wish.FOLDERS).word();
    }

    /** A sentence without its full stop. */
    public String describe() {
        return "new layers are kept " + (asImages ? "as EROFS images, " : "in folders: ") + reason;
    }
}
