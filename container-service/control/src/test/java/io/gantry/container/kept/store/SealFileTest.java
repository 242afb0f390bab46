package io.gantry.container.kept.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealFileTest {
    @TempDir Path folder;

    private SealFile file(String content, String mode) throws Exception {
        Path file = Files.writeString(folder.resolve("secrets.key"), content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
        return new SealFile(file);
    }

    @Test
    void readsAKeyThatItsOwnerAloneReads() throws Exception {
        assertThat(file(Base64.getEncoder().encodeToString(new byte[32]) + "\n", "rw-------").seal().name()).hasSize(12);
    }

    @Test
    void refusesOneThatOthersReadAndSaysWhatToDo() throws Exception {
        SealFile open = file(Base64.getEncoder().encodeToString(new byte[32]), "rw-r--r--");
        assertThatThrownBy(open::seal).isInstanceOf(IllegalStateException.class).hasMessageContaining("others can read or write").hasMessageContaining("chmod 600");
    }

    @Test
    void saysWhatIsWrongWithoutSayingWhatIsInIt() throws Exception {
        assertThatThrownBy(new SealFile(folder.resolve("nowhere"))::seal).hasMessageContaining("there is no " + folder.resolve("nowhere"));
        SealFile bad = file("not-a-key!", "rw-------");
        assertThatThrownBy(bad::seal).hasMessageContaining("is no key").hasMessageNotContaining("not-a-key!");
    }
}
