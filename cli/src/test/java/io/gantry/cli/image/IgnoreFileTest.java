package io.gantry.cli.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IgnoreFileTest {
    @ParameterizedTest
    @CsvSource({
        "*.log,           a.log,             true",
        "*.log,           logs/a.log,        false",
        "**/*.log,        logs/deep/a.log,   true",
        "**/*.log,        a.log,             true",
        "target,          target/classes/A,  true",
        "target/,         target/classes/A,  true",
        "/target,         target,            true",
        "a?c,             abc,               true",
        "a?c,             a/c,               false",
        "doc/**,          doc/a/b,           true",
        "doc/**,          doc,               false",
        "[ab].txt,        b.txt,             true",
        "\\*.txt,         *.txt,             true",
        "\\*.txt,         a.txt,             false",
        "a.b,             axb,               false",
    })
    void matchesAsDocker(String pattern, String path, boolean ignored) {
        assertThat(IgnoreFile.of(List.of(pattern)).ignores(path)).isEqualTo(ignored);
    }

    @ParameterizedTest
    @CsvSource({"keep.md,false", "other.md,true", "docs/keep.md,true"})
    void theLastLineThatMatchesDecides(String path, boolean ignored) {
        assertThat(IgnoreFile.of(List.of("# all but one", "", "**/*.md", "!keep.md")).ignores(path)).isEqualTo(ignored);
    }

    @Test
    void aFolderIsLeftOutWithAllThatIsBelowIfNoLineBringsAnythingBack() {
        assertThat(IgnoreFile.of(List.of("data")).ignoresAllOf("data")).isTrue();
        assertThat(IgnoreFile.of(List.of("data/*")).ignoresAllOf("data")).isFalse();
        assertThat(IgnoreFile.of(List.of("data", "!data/kept")).ignoresAllOf("data")).isFalse();
    }
}
