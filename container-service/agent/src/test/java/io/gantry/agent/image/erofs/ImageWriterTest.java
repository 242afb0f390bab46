package io.gantry.agent.image.erofs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.agent.image.LayerTree;
import io.gantry.kernel.files.TreeWriter.Meta;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images as bytes, without a kernel; fsck.erofs is the judge. */
class ImageWriterTest {
    private static final Meta META = new Meta(0755, 1, 2, 1_000_000_000, 5, Map.of());

    @TempDir Path folder;
    private int images;

    @Test
    void theSmallestImageIsTwoBlocksOfWhichTheFirstSaysSo() throws Exception {
        Path image = write(_ -> {});
        assertThat(Files.size(image)).isEqualTo(2 * 4096);
        assertThat(Superblock.check(image)).isEqualTo(new Superblock(2, 1, 2, 1));
        fsck(image);
    }

    @Test
    void theSameTreeIsTheSameBytes() throws Exception {
        assertThat(Files.mismatch(write(ImageWriterTest::someOfEach), write(ImageWriterTest::someOfEach))).isEqualTo(-1);
        fsck(folder.resolve("image-0"));
    }

    @Test
    void foldersAndLinksOfAllLengthsAreInOneBlockOrInTheirOwn() throws Exception {
        fsck(write(tree -> {
            for (int length = 1; length < 4096; length += 13) {
                tree.link("links/" + length, "x".repeat(length), META);
            }
            for (int names = 0; names < 250; names += 7) {
                tree.folder("folders/" + names, META);
                for (int name = 0; name < names; name++) {
                    tree.node("folders/" + names + "/" + "n".repeat(name % 40) + name, 0x1000, 0, 0, META);
                }
            }
        }));
    }

    @Test
    void attributesOfAllLengthsStandBehindTheirFile() throws Exception {
        fsck(write(tree -> {
            for (int length = 0; length < 9000; length += 101) {
                Map<String, byte[]> attributes = new TreeMap<>(Map.of("user.a", new byte[length], "user.b", new byte[length % 5]));
                tree.file("f" + length, new Meta(0644, 0, 0, 0, 0, attributes), new ByteArrayInputStream(new byte[length]));
                tree.folder("d" + length, new Meta(0755, 0, 0, 0, 0, attributes));
            }
        }));
    }

    @Test
    void aFileThatIsNotAnImageOrNotWholeIsNotTakenForOne() throws Exception {
        Path image = write(ImageWriterTest::someOfEach);
        byte[] whole = Files.readAllBytes(image);
        ImageWriter.check(image);
        byte[] longer = Arrays.copyOf(whole, whole.length + 1);
        byte[] shorter = Arrays.copyOf(whole, whole.length - 4096);
        byte[] changed = whole.clone();
        changed[1024 + 36]++;
        byte[] unfinished = whole.clone();
        Arrays.fill(unfinished, 0, 4096, (byte) 0);
        for (byte[] wrong : new byte[][] {longer, shorter, changed, unfinished, new byte[0], new byte[100], new byte[8192]}) {
            Path file = Files.write(folder.resolve("wrong"), wrong);
            assertThatThrownBy(() -> ImageWriter.check(file)).isInstanceOf(IOException.class).hasMessageContaining(file.toString());
        }
    }

    @Test
    void aTreeTakesNoMoreMemoryThanItMay() {
        assertThatThrownBy(() -> write(tree -> {
                    for (int name = 0; name < 1_000_000; name++) {
                        tree.folder("f" + name, META);
                    }
                }))
                .isInstanceOf(LargeLayer.class);
        assertThatThrownBy(() -> write(tree -> {
                    for (int name = 0; name < 5000; name++) {
                        tree.folder("f" + name + "/parents/that nobody names", META);
                    }
                }))
                .isInstanceOf(LargeLayer.class);
    }

    private interface Content {
        void in(LayerTree tree) throws IOException;
    }

    private static void someOfEach(LayerTree tree) throws IOException {
        tree.folder("etc", META);
        tree.file("etc/passwd", META, text("root"));
        tree.hardLink("etc/shadow", "etc/passwd");
        tree.link("way", "/etc", META);
        tree.file("way/group", META, text("through the link"));
        tree.node("etc/null", 0x2000, 1, 3, META);
        tree.whiteout("etc/gone");
        tree.opaque("etc");
        tree.file("big", META, new ByteArrayInputStream(new byte[100_000]));
    }

    private static InputStream text(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private Path write(Content content) throws IOException {
        Path image = folder.resolve("image-" + images++);
        try (ImageWriter writer = new ImageWriter(image, 4 << 20)) {
            content.in(writer.tree());
            writer.finish();
        }
        return image;
    }

    private static void fsck(Path image) throws Exception {
        Process process = new ProcessBuilder("fsck.erofs", image.toString()).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }
}
