package io.gantry.cli.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.contracts.tar.TarEntry;
import io.gantry.contracts.tar.TarReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
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
        assertThat(sent("web")).extracting(TarEntry::name).containsExactly(".dockerignore", "kept", "web", "web.dockerignore");
    }

    @Test
    void sendsSetuidSetgidAndStickyBits() throws Exception {
        Files.writeString(folder.resolve("Dockerfile"), "FROM x\n");
        Files.setAttribute(Files.writeString(folder.resolve("run"), "x"), "unix:mode", 06755);
        Files.setAttribute(Files.createDirectory(folder.resolve("tmp")), "unix:mode", 01777);
        List<String> modes = new ArrayList<>();
        for (TarEntry entry : sent("Dockerfile")) {
            modes.add(entry.name() + " " + Integer.toOctalString(entry.mode()));
        }
        assertThat(modes).contains("run 6755", "tmp 1777");
    }

    @Test
    void refusesANameThatIsNoTextInsteadOfSendingAnother() throws Exception {
        Files.writeString(folder.resolve("Dockerfile"), "FROM x\n");
        assertThat(new ProcessBuilder("bash", "-c", "echo > $'a\\xff'").directory(folder.toFile()).start().waitFor()).isZero();
        assertThatThrownBy(() -> sent("Dockerfile")).hasMessageEndingWith("can't be sent: its name isn't UTF-8; give it another, or leave it out by .dockerignore");
        Files.writeString(folder.resolve(".dockerignore"), "a*\n");
        assertThat(sent("Dockerfile")).extracting(TarEntry::name).containsExactly(".dockerignore", "Dockerfile");
    }

    @Test
    void theDockerfileMayBeNamedInOtherWaysButIsInTheContext() throws Exception {
        Files.createDirectories(folder.resolve("c/docker"));
        Files.writeString(folder.resolve("c/docker/web"), "FROM x\n");
        Files.writeString(folder.resolve("c/.dockerignore"), "docker\n");
        Files.writeString(folder.resolve("outside"), "FROM x\n");
        for (String name : List.of("./docker/web", "docker/../docker/web", folder.resolve("c/docker/web").toString())) {
            BuildContext context = new BuildContext(folder.resolve("c"), name);
            assertThat(context.dockerfile()).isEqualTo("docker/web");
            assertThat(entries(context)).extracting(TarEntry::name).containsExactly(".dockerignore", "docker/web");
        }
        assertThatThrownBy(() -> new BuildContext(folder.resolve("c"), "../outside"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("../outside isn't in " + folder.resolve("c") + ", which is all that is sent; copy it there and name it with -f");
    }

    private List<TarEntry> sent(String dockerfile) throws IOException {
        return entries(new BuildContext(folder, dockerfile));
    }

    private static List<TarEntry> entries(BuildContext context) throws IOException {
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        context.writeTo(tar);
        List<TarEntry> entries = new ArrayList<>();
        TarReader in = new TarReader(new ByteArrayInputStream(tar.toByteArray()));
        for (var next = in.next(); next.isPresent(); next = in.next()) {
            entries.add(next.get());
        }
        return entries;
    }

    @Test
    void refusesAFolderWithoutADockerfile() {
        assertThatThrownBy(() -> new BuildContext(folder, "Dockerfile"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("there is no Dockerfile in " + folder + "; name it with -f");
    }
}
