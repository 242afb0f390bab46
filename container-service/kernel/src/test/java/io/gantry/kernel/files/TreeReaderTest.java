package io.gantry.kernel.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreeReaderTest {
    @TempDir Path folder;

    private List<String> read() throws IOException {
        List<String> paths = new ArrayList<>();
        TreeReader.walk(folder, (entry, _) -> paths.add(entry.path()));
        return paths;
    }

    private void sh(String script) throws Exception {
        assertThat(new ProcessBuilder("sh", "-c", script).directory(folder.toFile()).inheritIO().start().waitFor()).isZero();
    }

    @Test
    void readsEachFolderBeforeWhatIsInIt() throws Exception {
        sh("mkdir -p b/c; echo > a; echo > b/c/d");
        assertThat(read()).containsExactly("", "a", "b", "b/c", "b/c/d");
    }

    @Test
    void foldersMayGoAsDeepAsAnybodyNeeds() throws Exception {
        deep(499);
        assertThat(read()).hasSize(500);
    }

    @Test
    void foldersThatGoTooDeepAreRefusedBeforeTheyTakeAllDescriptors() throws Exception {
        deep(501);
        assertThatThrownBy(this::read).isInstanceOf(UnreadableTree.class).hasMessageStartingWith("folders go more than 500 deep below /d/d/d");
    }

    private void deep(int levels) throws IOException {
        Files.createDirectories(folder.resolve("d/".repeat(levels)));
    }

    @Test
    void aNameThatIsNoTextIsNotLeftOutInSilence() throws Exception {
        sh("mkdir sub; echo > sub/$(printf 'caf\\351')");
        assertThatThrownBy(this::read).isInstanceOf(UnreadableTree.class).hasMessageContaining(" in /sub has a name that isn't UTF-8");
        TreeRemover.empty(folder); // JUnit couldn't
    }
}
