package io.gantry.agent.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.image.TreeListing.Of;
import io.gantry.agent.image.erofs.ImageWriter;
import io.gantry.kernel.files.TreeRemover;
import io.gantry.kernel.files.TreeWriter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Layers of chance, stacked by overlayfs, show what GNU tar leaves in one folder when it unpacks one after the other, what they delete deleted before. The seeds are
 * the same everywhere; {@code -Dgantry.fuzz.seed} begins at another, {@code -Dgantry.fuzz.factor} takes more of them.
 */
class ChainPropertyIT {
    private static final long SEED = Long.getLong("gantry.fuzz.seed", 1);
    private static final int FACTOR = Integer.getInteger("gantry.fuzz.factor", 1);

    @TempDir Path folder;
    private int asked;

    @AfterEach
    void unmount() throws IOException {
        TestMounts.detachBelow(folder);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void layersShowWhatOneFolderWouldHold(boolean asImages) throws Exception {
        for (long seed = SEED; seed < SEED + 60L * FACTOR; seed++) {
            List<RandomChain.Made> chain = new RandomChain(seed).layers();
            Path together = fresh("together");
            List<Path> layers = new ArrayList<>(List.of(fresh("nothing")));
            for (RandomChain.Made made : chain) {
                inSequence(made, together);
                layers.add(unpacked(made.tar(), layers, asImages));
            }
            Path shown = fresh("shown");
            TestMounts.stack(layers, shown);
            Map<String, String> stacked = TreeListing.of(shown, Of.STACKED);
            TestMounts.detachBelow(folder);
            assertThat(lines(stacked)).as("seed %d", seed).containsExactlyElementsOf(lines(TreeListing.of(together, Of.STACKED)));
        }
        assertThat(asked).as("layers that needed those below").isGreaterThan(30 * FACTOR);
    }

    private void inSequence(RandomChain.Made made, Path together) throws Exception {
        for (String emptied : made.emptied()) {
            if (Files.isDirectory(together.resolve(emptied))) {
                try (var in = Files.list(together.resolve(emptied).toRealPath())) {
                    for (Path each : in.toList()) {
                        TreeRemover.remove(each);
                    }
                }
            } else {
                Files.createDirectories(together.resolve(emptied));
            }
        }
        for (String gone : made.deleted()) {
            Path path = together.resolve(gone);
            if (!Files.isDirectory(path.getParent())) {
                Files.createDirectories(path.getParent());
            }
            TreeRemover.remove(path.getParent().toRealPath().resolve(path.getFileName()));
        }
        Path file = Files.write(folder.resolve("tar"), made.tar());
        // -P: links are made when their turn comes, and may be gone through
        Process tar = new ProcessBuilder(
                        "tar", "-P", "--xattrs", "--xattrs-include=*", "--numeric-owner", "--exclude=.wh.*", "-xpf", file.toString(), "-C", together.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(tar.getInputStream().readAllBytes());
        assertThat(tar.waitFor()).as("%s of %s", said, made).isZero();
    }

    private Path unpacked(byte[] tar, List<Path> below, boolean asImages) throws Exception {
        StackedLayers stacked = new StackedLayers(below);
        boolean[] wanted = {false};
        Below looked = path -> {
            wanted[0] = true;
            return stacked.at(path);
        };
        Path place = fresh("layer-" + below.size());
        LayerBudget budget = new LayerBudget(new ByteArrayInputStream(tar), LayerLimits.DEFAULT, () -> Long.MAX_VALUE);
        if (asImages) {
            Path image = folder.resolve("image-" + below.size());
            Files.deleteIfExists(image);
            try (ImageWriter writer = new ImageWriter(image, 64 << 20)) {
                LayerTar.unpack(budget, budget, writer.tree(), looked);
                writer.finish();
            }
            TestMounts.mount(image, place);
        } else {
            try (TreeWriter files = new TreeWriter(place)) {
                LayerTar.unpack(budget, budget, new FolderTree(files), looked);
            }
        }
        asked += wanted[0] ? 1 : 0;
        return place;
    }

    private static List<String> lines(Map<String, String> files) {
        return files.entrySet().stream().map(Map.Entry::toString).toList();
    }

    private Path fresh(String name) throws IOException {
        Path path = folder.resolve(name);
        TreeRemover.remove(path);
        return Files.createDirectory(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    }
}
