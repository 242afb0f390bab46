package io.gantry.cli.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuildContextTest {
    @TempDir private Path folder;

    @Test
    void sendsWhatIsNotIgnoredWithModesAndLinks() throws Exception {
        Files.writeString(folder.resolve("Dockerfile"), "FROM x\n");
        Files.writeString(folder.resolve(".dockerignore"), "Dockerfile\n*.log\n");
        Files.writeString(folder.resolve("noise.log"), "x");
        Files.createDirectory(folder.resolve("bin"));
        Files.writeString(folder.resolve("bin/run"), "#!/bin/sh\n");
        Files.setPosixFilePermissions(folder.resolve("bin/run"), PosixFilePermissions.fromString("rwxr-x---"));
        Files.createSymbolicLink(folder.resolve("link"), Path.of("bin/run"));

        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        new BuildContext(folder, "Dockerfile").writeTo(tar);

        List<String> entries = new ArrayList<>();
        try (TarArchiveInputStream in = new TarArchiveInputStream(new ByteArrayInputStream(tar.toByteArray()))) {
            for (var entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                entries.add(entry.isSymbolicLink() ? entry.getName() + " -> " + entry.getLinkName() : entry.getName());
                if (entry.getName().equals("bin/run")) {
                    assertThat(entry.getMode() & 0777).isEqualTo(0750);
                    assertThat(entry.getLongUserId()).isZero();
                }
            }
        }
        assertThat(entries).containsExactly(".dockerignore", "Dockerfile", "bin/", "bin/run", "link -> bin/run");
    }

    @Test
    void refusesAFolderWithoutADockerfile() {
        assertThatThrownBy(() -> new BuildContext(folder, "Dockerfile"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("there is no Dockerfile in " + folder + "; name it with -f");
    }
}
