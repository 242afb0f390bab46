package io.gantry.cli.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.contracts.tar.TarEntry;
import io.gantry.contracts.tar.TarReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
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
        TarReader in = new TarReader(new ByteArrayInputStream(tar.toByteArray()));
        for (var next = in.next(); next.isPresent(); next = in.next()) {
            TarEntry entry = next.get();
            entries.add(entry.kind() + " " + entry.name() + (entry.linkName().isEmpty() ? "" : " -> " + entry.linkName()));
            if (entry.name().equals("bin/run")) {
                assertThat(entry.mode()).isEqualTo(0750);
                assertThat(entry.uid()).isZero();
                assertThat(new String(in.content().readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("#!/bin/sh\n");
            }
        }
        assertThat(entries).containsExactly("FILE .dockerignore", "FILE Dockerfile", "FOLDER bin", "FILE bin/run", "SYMBOLIC_LINK link -> bin/run");
    }

    @Test
    void aDockerfilesOwnListOfWhatIsLeftOutGoesFirst() throws Exception {
        Files.writeString(folder.resolve(".dockerignore"), "kept\n");
        Files.writeString(folder.resolve("web"), "FROM scratch\n");
        Files.writeString(folder.resolve("web.dockerignore"), "*\n!kept\n");
        Files.writeString(folder.resolve("kept"), "");
        Files.writeString(folder.resolve("gone"), "");
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        new BuildContext(folder, "web").writeTo(tar);
        List<String> names = new ArrayList<>();
        TarReader in = new TarReader(new ByteArrayInputStream(tar.toByteArray()));
        for (var next = in.next(); next.isPresent(); next = in.next()) {
            names.add(next.get().name());
        }
        assertThat(names).containsExactly(".dockerignore", "kept", "web", "web.dockerignore");
    }

    @Test
    void refusesAFolderWithoutADockerfile() {
        assertThatThrownBy(() -> new BuildContext(folder, "Dockerfile"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("there is no Dockerfile in " + folder + "; name it with -f");
    }
}
