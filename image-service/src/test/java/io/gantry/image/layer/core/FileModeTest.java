package io.gantry.image.layer.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileModeTest {
    /** The machine's own chmod is the judge. */
    @ParameterizedTest
    @ValueSource(strings = {
        "644", "4755", "u+x", "+x", "+w", "-w", "=r", "a=rx,u+w", "go-rwx", "u=rwX,go=rX", "g=u", "o=g-w", "u+s,g+s", "+t", "o+t", "u-s", "a+X", "ug+rw,o=", "u=g+x-r", "=", "g+st", "uo=w"
    })
    void isWhatChmodMakesOfIt(String words, @TempDir Path folder) throws Exception {
        for (int before : new int[] {0000, 0644, 0755, 0600, 0640, 0111, 02750, 04711, 01777}) {
            Path file = Files.createFile(folder.resolve("file"));
            chmod(file, Integer.toOctalString(before));
            chmod(file, words);
            int expected = (int) Files.getAttribute(file, "unix:mode", LinkOption.NOFOLLOW_LINKS) & 07777;
            assertThat(Integer.toOctalString(FileMode.parse(words).of(before, false))).as("%s of %o", words, before).isEqualTo(Integer.toOctalString(expected));
            Files.delete(file);
        }
    }

    private static void chmod(Path file, String words) throws Exception {
        assertThat(new ProcessBuilder("sh", "-c", "umask 022; chmod -- \"$0\" \"$1\" 2>/dev/null || chmod \"$0\" \"$1\" 2>/dev/null; true", words, file.toString()).start().waitFor()).isZero();
    }

    @Test
    void aFolderCanBeEnteredByWhoMayReadIt() {
        assertThat(FileMode.parse("a=rX").of(0600, true)).isEqualTo(0555);
        assertThat(FileMode.parse("a=rX").of(0600, false)).isEqualTo(0444);
    }

    @ParameterizedTest
    @CsvSource({"rw", "u", "999", "64", "u+x;g+x", "a+q", "'u+x,'", "x+u", "u=go"})
    void whatIsNeitherIsNamed(String words) {
        assertThatThrownBy(() -> FileMode.parse(words)).hasMessageContaining("'" + words + "'");
    }
}
