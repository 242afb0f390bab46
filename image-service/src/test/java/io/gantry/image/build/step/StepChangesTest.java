package io.gantry.image.build.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.contracts.tar.TarEntry;
import io.gantry.contracts.tar.TarEntry.Kind;
import io.gantry.contracts.tar.TarReader;
import io.gantry.contracts.tar.TarWriter;
import io.gantry.image.layer.core.FileTree;
import io.gantry.image.layer.core.FileTree.Content;
import io.gantry.image.layer.core.FileTree.Node;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What of a step's changes is its layer. */
class StepChangesTest {
    private static final Instant TIME = Instant.EPOCH;
    @TempDir Path folder;
    private final FileTree image = new FileTree();

    StepChangesTest() {
        image.put("root", new Node(TarEntry.folder("", 0700, 0, 0, TIME), new Content.None()));
        image.put("etc", new Node(TarEntry.folder("", 0755, 0, 0, TIME), new Content.None()));
    }

    @Test
    void whatIsMountedIsLeftOutWithWhatWasMadeForIt() throws IOException {
        assertThat(filtered(List.of("root/.cache/pip", "mnt/a", "run/gantry"), folder("root", 0700), folder("root/.cache", 0755), folder("root/.cache/pip", 0755),
                        file("root/.cache/pip/x"), folder("mnt", 0755), folder("mnt/a", 0755), folder("run", 0755), folder("run/gantry", 0755), folder("usr", 0755), file("usr/made")))
                .containsExactly("usr", "usr/made");
    }

    @Test
    void whatStandsBesideItStays() throws IOException {
        assertThat(filtered(List.of("mnt/a"), folder("mnt", 0755), folder("mnt/a", 0755), file("mnt/ab"), file("mnt/.wh.b"), file("mnt/.wh.a"))).containsExactly("mnt", "mnt/ab", "mnt/.wh.b");
    }

    @Test
    void aFolderAboveThatGotAnotherModeStays() throws IOException {
        assertThat(filtered(List.of("root/x", "etc/y"), folder("etc", 0755), folder("root", 0755), folder("root/x", 0755))).containsExactly("root");
    }

    @Test
    void aLinkToWhatIsOnlyMountedIsNamed() {
        TarEntry link = new TarEntry("kept", Kind.HARD_LINK, 0644, 0, 0, 0, TIME, "mnt/a/file", 0, 0, Map.of());
        assertThatThrownBy(() -> filtered(List.of("mnt/a"), file("mnt/a/file"), link)).isInstanceOf(BuildFailure.class).hasMessage("/kept is a hard link to /mnt/a/file, which is only mounted");
    }

    private List<String> filtered(List<String> hidden, TarEntry... entries) throws IOException {
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        try (TarWriter writer = new TarWriter(tar)) {
            for (TarEntry each : entries) {
                writer.add(each, InputStream.nullInputStream());
            }
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new StepChanges(image, hidden, UnaryOperator.identity()).filter(new ByteArrayInputStream(tar.toByteArray()), folder.resolve("spool"), out);
        List<String> names = new ArrayList<>();
        TarReader reader = new TarReader(new ByteArrayInputStream(out.toByteArray()));
        for (var next = reader.next(); next.isPresent(); next = reader.next()) {
            names.add(next.get().name());
        }
        return names;
    }

    private static TarEntry folder(String name, int mode) {
        return TarEntry.folder(name, mode, 0, 0, TIME);
    }

    private static TarEntry file(String name) {
        return TarEntry.file(name, 0644, 0, 0, 0, TIME);
    }
}
