package io.gantry.agent.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.image.TreeListing.Of;
import io.gantry.contracts.tar.TarEntry;
import io.gantry.contracts.tar.TarWriter;
import io.gantry.kernel.files.TreeWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A layer is the same as an image and as a folder, whatever its tar: the kernel shows the same files, or both are refused for the same reason. The seeds are
 * the same everywhere; {@code -Dgantry.fuzz.seed} begins at another, {@code -Dgantry.fuzz.factor} takes more of them.
 */
class ImagePropertyIT {
    private static final long SEED = Long.getLong("gantry.fuzz.seed", 1);
    private static final int FACTOR = Integer.getInteger("gantry.fuzz.factor", 1);

    @TempDir Path folder;

    @AfterEach
    void unmount() throws IOException {
        TestMounts.detachBelow(folder);
    }

    @Test
    void anImageShowsWhatAFolderHoldsOrIsRefusedForTheSameReason() throws Exception {
        int shown = 0;
        for (long seed = SEED; seed < SEED + 200L * FACTOR; seed++) {
            byte[] tar = new RandomTar(seed, false).bytes();
            Path unpacked = fresh("folder");
            String inFolder = outcome(() -> unpack(tar, unpacked));
            Path image = folder.resolve("image");
            Files.deleteIfExists(image);
            String inImage = outcome(() -> TestMounts.write(tar, image));
            assertThat(inImage).as("seed %d", seed).isEqualTo(inFolder);
            if (inFolder.isEmpty()) {
                shown++;
                assertThat(mounted(image, Of.ALL)).as("seed %d", seed).isEqualTo(TreeListing.of(unpacked, Of.ALL));
            }
        }
        assertThat(shown).as("archives that are not refused").isGreaterThan(10 * FACTOR);
    }

    @Test
    void anImageShowsWhatGnuTarUnpacks() throws Exception {
        for (long seed = SEED; seed < SEED + 40L * FACTOR; seed++) {
            byte[] tar = new RandomTar(seed, true).bytes();
            Path file = Files.write(folder.resolve("tar"), tar);
            Path unpacked = fresh("folder");
            // -P: links are made when their turn comes, not when all else is there
            run("tar", "-P", "--xattrs", "--xattrs-include=*", "--numeric-owner", "-xpf", file.toString(), "-C", unpacked.toString());
            Path image = folder.resolve("image");
            Files.deleteIfExists(image);
            TestMounts.write(tar, image);
            assertThat(mounted(image, Of.FILES)).as("seed %d", seed).isEqualTo(TreeListing.of(unpacked, Of.FILES));
        }
    }

    @Test
    void nothingIsWrongWithAnImageWhereverItsLastFileEnds() throws Exception {
        for (int count = 40; count < 80; count++) {
            List<TarEntry> files = IntStream.range(0, count).mapToObj(i -> TarEntry.file("f" + i, 0644, 0, 0, 0, Instant.EPOCH)).toList();
            Path image = folder.resolve("image-" + count);
            TestMounts.write(tar(files), image);
            assertThat(mounted(image, Of.FILES)).hasSizeGreaterThanOrEqualTo(count);
        }
    }

    @Test
    void anEmptyAccessListIsNone() throws Exception {
        Map<String, byte[]> both = Map.of("system.posix_acl_access", new byte[0], "system.posix_acl_default", new byte[0]);
        byte[] tar = tar(List.of(entry("folder", TarEntry.Kind.FOLDER, both), entry("file", TarEntry.Kind.FILE, both)));
        Path unpacked = fresh("folder");
        unpack(tar, unpacked);
        Path image = folder.resolve("image");
        TestMounts.write(tar, image);
        assertThat(mounted(image, Of.ALL)).isEqualTo(TreeListing.of(unpacked, Of.ALL));
    }

    private static TarEntry entry(String name, TarEntry.Kind kind, Map<String, byte[]> attributes) {
        return new TarEntry(name, kind, 0755, 0, 0, 0, Instant.EPOCH, "", 0, 0, attributes);
    }

    private static byte[] tar(List<TarEntry> entries) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TarWriter tar = new TarWriter(out)) {
            for (TarEntry entry : entries) {
                tar.add(entry);
            }
        }
        return out.toByteArray();
    }

    /** fsck.erofs finds nothing wrong, and the same tar is the same image. */
    private Map<String, String> mounted(Path image, Of of) throws Exception {
        run("fsck.erofs", image.toString());
        Path place = fresh("mounted");
        TestMounts.mount(image, place);
        try {
            return TreeListing.of(place, of);
        } finally {
            TestMounts.detach(place);
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static String outcome(Work work) {
        try {
            work.run();
            return "";
        } catch (IOException e) {
            return e.getMessage();
        }
    }

    private static void unpack(byte[] tar, Path into) throws IOException {
        LayerBudget budget = new LayerBudget(new ByteArrayInputStream(tar), LayerLimits.DEFAULT, () -> Long.MAX_VALUE);
        try (TreeWriter files = new TreeWriter(into)) {
            LayerTar.unpack(budget, budget, new FolderTree(files), Below.NOTHING);
        }
    }

    private Path fresh(String name) throws IOException {
        Path path = folder.resolve(name);
        io.gantry.kernel.files.TreeRemover.remove(path);
        return Files.createDirectory(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    }

    private static void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).as("%s: %s", String.join(" ", command), said).isZero();
    }
}
