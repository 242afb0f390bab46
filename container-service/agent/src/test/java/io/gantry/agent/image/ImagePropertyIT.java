package io.gantry.agent.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.unit.Digest;
import io.gantry.kernel.files.TreeReader;
import io.gantry.kernel.files.TreeReader.Kind;
import io.gantry.kernel.files.TreeWriter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
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
                assertThat(mounted(image, Map.of())).as("seed %d", seed).isEqualTo(listing(unpacked, Map.of()));
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
            assertThat(mounted(image, Map.of("times of folders", true))).as("seed %d", seed).isEqualTo(listing(unpacked, Map.of("times of folders", true)));
        }
    }

    /** fsck.erofs finds nothing wrong, and the same tar is the same image. */
    private Map<String, String> mounted(Path image, Map<String, Boolean> without) throws Exception {
        run("fsck.erofs", image.toString());
        Path place = fresh("mounted");
        TestMounts.mount(image, place);
        try {
            return listing(place, without);
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
            LayerTar.unpack(budget, budget, new FolderTree(files));
        }
    }

    /** What a folder that the tar doesn't name, or a mark for what is gone, has as its time is nobody's business. */
    private static Map<String, String> listing(Path root, Map<String, Boolean> without) throws IOException {
        Map<String, String> files = new TreeMap<>();
        TreeReader.walk(root, (entry, content) -> {
            Path path = root.resolve(entry.path());
            boolean mark = entry.kind() == Kind.CHARACTER_DEVICE && entry.node() == 0;
            boolean timed = !mark && !entry.path().isEmpty() && (entry.kind() != Kind.FOLDER || without.isEmpty());
            Map<String, String> attributes = new TreeMap<>();
            entry.xattrs().forEach((name, value) -> attributes.put(name, HexFormat.of().formatHex(value)));
            files.put(
                    entry.path(),
                    "%s %o %s:%s %d %s -> %s first %s node %x %s links %s %s".formatted(
                            entry.kind(), entry.mode(), mark ? 0 : entry.user(), mark ? 0 : entry.group(), entry.kind() == Kind.FOLDER ? 0 : entry.size(),
                            timed ? time(entry) : "", entry.target(), entry.first(), entry.node(), attributes,
                            mark ? 0 : Files.getAttribute(path, "unix:nlink", LinkOption.NOFOLLOW_LINKS), digest(content)));
        });
        return files;
    }

    private static Instant time(TreeReader.Entry entry) {
        boolean unnamed = entry.kind() == Kind.FOLDER && (entry.modified().equals(Instant.EPOCH) || entry.modified().isAfter(Instant.parse("2026-01-01T00:00:00Z")));
        return unnamed ? Instant.EPOCH : entry.modified();
    }

    private static Digest digest(InputStream content) throws IOException {
        try (DigestInputStream in = new DigestInputStream(content, MessageDigest.getInstance("SHA-256"))) {
            in.readAllBytes();
            return Digest.ofHex(HexFormat.of().formatHex(in.getMessageDigest().digest()));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
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
