package io.gantry.agent.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.disk.WholeFile.Sync;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class WholeFileTest {
    @TempDir Path folder;
    private Path file;

    record Sum(int value) {}

    @BeforeEach
    void name() {
        file = folder.resolve("sum.json");
    }

    @ParameterizedTest
    @EnumSource(Sync.class)
    void replacesTheTextAndLeavesNothingElse(Sync sync) throws Exception {
        WholeFile.replace(file, "{\"value\": 1}", sync);
        WholeFile.replace(file, "{\"value\": 2}", sync);
        assertThat(WholeFile.read(file, Sum.class)).contains(new Sum(2));
        assertThat(names()).containsExactly("sum.json");
    }

    @Test
    void whatACrashLeftUnfinishedIsWrittenOver() throws Exception {
        Files.writeString(folder.resolve(".sum.json.new"), "a half that is longer");
        WholeFile.replace(file, "{}", Sync.NONE);
        assertThat(file).hasContent("{}");
        assertThat(names()).containsExactly("sum.json");
    }

    @Test
    void isMadeAsItIsAskedFor() throws Exception {
        WholeFile.replace(file, "{}", Sync.NONE, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        assertThat(file).hasContent("{}");
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(names()).containsExactly("sum.json");
    }

    /** A reader keeps what it has opened: the text is not changed in place. */
    @Test
    void whoHasItOpenReadsTheOldTextToItsEnd() throws Exception {
        WholeFile.replace(file, "old", Sync.NONE);
        try (var reader = Files.newInputStream(file)) {
            WholeFile.replace(file, "new", Sync.NONE);
            assertThat(reader.readAllBytes()).isEqualTo("old".getBytes(StandardCharsets.UTF_8));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\0\0\0\0", "{\"value\": 1", "null", "\u00ff"})
    void whatCantBeUnderstoodIsSetAside(String text) throws Exception {
        Files.write(file, text.getBytes(StandardCharsets.ISO_8859_1));
        assertThat(WholeFile.read(file, Sum.class)).isEmpty();
        assertThat(names()).containsExactly("sum.json.broken");
    }

    @Test
    void whatIsNotThereIsNothing() throws Exception {
        assertThat(WholeFile.read(file, Sum.class)).isEmpty();
        assertThat(names()).isEmpty();
    }

    private List<String> names() throws Exception {
        try (Stream<Path> found = Files.list(folder)) {
            return found.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }
}
