package io.gantry.agent.image;

import io.gantry.agent.image.erofs.ImageWriter;
import io.gantry.kernel.mount.ImageMounts;
import io.gantry.kernel.syscall.Fd;
import io.gantry.kernel.syscall.LinuxSystemCalls;
import io.gantry.kernel.syscall.SystemCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Images that tests write and mount. */
public final class TestMounts {
    private static final SystemCalls CALLS = new LinuxSystemCalls();
    private static final int MOUNT_POINT = 4;

    private TestMounts() {}

    public static void write(byte[] tar, Path image) throws IOException {
        LayerBudget budget = new LayerBudget(new ByteArrayInputStream(tar), LayerLimits.DEFAULT, () -> Long.MAX_VALUE);
        try (ImageWriter writer = new ImageWriter(image, 64 << 20)) {
            LayerTar.unpack(budget, budget, writer.tree(), Below.NOTHING);
            writer.finish();
        }
    }

    public static void mount(Path image, Path place) {
        try (Fd mount = new ImageMounts(CALLS).mount(image.toString())) {
            CALLS.attach(mount, place.toString());
        }
    }

    /** Stacked, the lowest first, only to be read. */
    static void stack(List<Path> layers, Path place) throws IOException, InterruptedException {
        String lowers = String.join(":", layers.reversed().stream().map(Path::toString).toList());
        Process mount = new ProcessBuilder("mount", "-t", "overlay", "overlay", "-o", "lowerdir=" + lowers, place.toString()).inheritIO().start();
        if (mount.waitFor() != 0) {
            throw new IOException("no overlay of " + lowers);
        }
    }

    public static void detach(Path place) {
        CALLS.detach(place.toString());
    }

    /** Where something is mounted below a folder, the last first. */
    static List<Path> below(Path folder) throws IOException {
        try (var lines = Files.lines(Path.of("/proc/self/mountinfo"))) {
            return lines.map(line -> Path.of(line.split(" ")[MOUNT_POINT])).filter(place -> place.startsWith(folder)).toList().reversed();
        }
    }

    static void detachBelow(Path folder) throws IOException {
        below(folder).forEach(TestMounts::detach);
    }
}
