package io.gantry.kernel.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreeWriterTest {
    private static final int FIFO = 0x1000;
    private static final Instant THEN = Instant.parse("2020-01-02T03:04:05.000000006Z");

    @TempDir Path folder;
    private Path root;
    private Path outside;

    @BeforeEach
    void make() throws Exception {
        root = Files.createDirectory(folder.resolve("root"));
        outside = Files.createFile(folder.resolve("outside"));
        Files.setAttribute(outside, "unix:mode", 0600);
    }

    private static TreeWriter.Meta meta(int mode) {
        return new TreeWriter.Meta(mode, 33, 34, THEN.getEpochSecond(), THEN.getNano(), Map.of("trusted.mark", new byte[] {7}));
    }

    private static Object of(Path file, String attribute) throws IOException {
        return Files.getAttribute(file, "unix:" + attribute, LinkOption.NOFOLLOW_LINKS);
    }

    /** Empty, and read when the file is there: at that moment {@code action} happens, as by somebody else who may write to the folder. */
    private static InputStream whenRead(Runnable action) {
        return new InputStream() {
            @Override
            public int read() {
                action.run();
                return -1;
            }

            @Override
            public int readNBytes(byte[] into, int from, int length) {
                action.run();
                return 0;
            }
        };
    }

    private void putALink(Path place) {
        try {
            Files.delete(place);
            Files.createSymbolicLink(place, outside);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aLinkThatIsPutInTheFilesPlaceMeanwhileLeadsNowhere() throws Exception {
        Object before = of(outside, "lastModifiedTime");
        try (TreeWriter writer = new TreeWriter(root)) {
            writer.file("file", meta(04777), whenRead(() -> putALink(root.resolve("file"))));
        }
        assertThat((int) of(outside, "mode") & 07777).isEqualTo(0600);
        assertThat(of(outside, "uid")).isEqualTo(0);
        assertThat(of(outside, "lastModifiedTime")).isEqualTo(before);
        assertThat(ExtendedAttributes.of(outside)).doesNotContainKey("trusted.mark");
    }

    @Test
    void aFileThatBreaksOffLeavesWhatStoodThere() throws Exception {
        InputStream broken = new SequenceInputStream(new ByteArrayInputStream(new byte[1000]), new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("gone");
            }
        });
        Files.writeString(root.resolve("old"), "before");
        try (TreeWriter writer = new TreeWriter(root)) {
            assertThatThrownBy(() -> writer.file("old", meta(0644), broken)).hasMessage("gone");
            assertThatThrownBy(() -> writer.file("new", meta(0644), broken)).hasMessage("gone");
            assertThat(Files.list(root).map(Path::getFileName).map(Path::toString)).containsExactly("old");
            assertThat(root.resolve("old")).hasContent("before");

            writer.file("old", meta(0644), new ByteArrayInputStream("after".getBytes()));
            assertThat(Files.list(root).map(Path::getFileName).map(Path::toString)).containsExactly("old");
            assertThat(root.resolve("old")).hasContent("after");
        }
    }

    @Test
    void everyKindHasItsAttributes() throws Exception {
        try (TreeWriter writer = new TreeWriter(root)) {
            writer.folder("folder", meta(01750));
            writer.file("folder/file", meta(04750), new ByteArrayInputStream(new byte[10]));
            writer.link("link", outside.toString(), meta(0777));
            writer.node("pipe", FIFO, 0, 0, meta(0620));
            writer.time("folder", meta(0));
        }
        for (String name : new String[] {"folder", "folder/file", "link", "pipe"}) {
            Path made = root.resolve(name);
            assertThat(of(made, "uid")).as(name).isEqualTo(33);
            assertThat(of(made, "gid")).as(name).isEqualTo(34);
            assertThat(of(made, "lastModifiedTime")).as(name).isEqualTo(FileTime.from(THEN));
            assertThat(ExtendedAttributes.of(made)).as(name).containsKey("trusted.mark");
        }
        assertThat((int) of(root.resolve("folder"), "mode") & 07777).isEqualTo(01750);
        assertThat((int) of(root.resolve("folder/file"), "mode") & 07777).isEqualTo(04750);
        assertThat((int) of(root.resolve("pipe"), "mode") & 07777).isEqualTo(0620);
        assertThat((int) of(outside, "mode") & 07777).isEqualTo(0600);
    }
}
