package io.gantry.agent.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.agent.runtime.RunRequest;
import io.gantry.agent.runtime.StartFailure;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.Ids;
import io.gantry.contracts.id.VolumeId;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.Mount;
import io.gantry.contracts.spec.VolumeMount;
import io.gantry.contracts.unit.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is mounted beside the root, in real containers. */
@Timeout(60)
class MountsIT {
    @AutoClose private static final TestHost host = TestHost.make();
    private final ContainerId id = TestHost.newId();

    private static ContainerSpec mounting(String script, Mount... mounts) {
        return TestHost.shell(script).but().mounts(List.of(mounts)).build();
    }

    @Test
    void aFolderInMemoryHasItsSizeModeAndFlags() throws Exception {
        String script = "stat -c '%a %u' /run/app; grep ' /run/app ' /proc/mounts; dd if=/dev/zero of=/run/app/big bs=64k count=100 2>&1";
        assertThat(host.run(id, mounting(script, new Mount.Tmpfs("/run/app", Bytes.mebi(1), 0750, false, false))).code()).isNotZero();
        assertThat(host.output(id))
                .startsWith("750 0\n")
                .contains("tmpfs /run/app tmpfs rw,nosuid,nodev,noexec", "size=1024k", "No space left on device");
        assertThat(host.runtime.folders().upper(id).resolve("run/app/big")).doesNotExist();
    }

    @Test
    void programsRunInMemoryOnlyWhereThatWasAskedFor() throws Exception {
        String script = "for f in /no /yes; do cat /bin/busybox > $f/true; chmod +x $f/true; $f/true && echo $f ran; done; true";
        Mount yes = new Mount.Tmpfs("/yes", null, null, false, true);
        assertThat(host.run(id, mounting(script, Mount.Tmpfs.at("/no"), yes)).code()).isZero();
        assertThat(host.output(id)).contains("/no/true: Permission denied", "/yes ran").doesNotContain("/no ran");
    }

    @Test
    void theRootIsReadOnlyAndItsMountsAreNot() throws Exception {
        ContainerSpec spec = mounting("touch /x; touch /run/x && echo written; touch /fixed/x", Mount.Tmpfs.at("/run"), new Mount.Tmpfs("/fixed", null, null, true, false));
        host.run(id, spec.but().readOnlyRoot(true).workingDir("/run/deep").build());
        assertThat(host.output(id)).contains("/x: Read-only file system", "written", "/fixed/x: Read-only file system");
    }

    @Test
    void aFolderOnAFileOfTheImageSaysWhereThatIs() {
        VolumeMount volume = new VolumeMount(new VolumeId(Ids.of("volume", Instant.now(), new Random())), "data", null, "/etc/passwd", false, true, false);
        List<RunRequest> requests = List.of(host.request(id, mounting("true", Mount.Tmpfs.at("/etc/passwd"))), host.request(id, TestHost.shell("true"), List.of(volume)));
        for (RunRequest request : requests) {
            assertThatThrownBy(() -> host.runtime.start(request))
                    .isInstanceOfSatisfying(StartFailure.class, e -> assertThat(e.failure().hint()).isEqualTo("look whether there is a file at /etc/passwd in the image: a folder goes on a folder only"));
        }
    }

    @Test
    void aMountInAnotherIsNotCoveredByIt() throws Exception {
        assertThat(host.run(id, mounting("touch /a/b/c/here && grep -c ' /a' /proc/mounts", Mount.Tmpfs.at("/a/b/c"), Mount.Tmpfs.at("/a"))).code()).isZero();
        assertThat(host.output(id)).isEqualTo("2\n");
    }

    @Test
    void aLinkInTheImageBendsATargetNoFurtherThanItsRoot() throws Exception {
        Path link = host.layer.resolve("bent");
        Path outside = world(host.folder.resolve("beside"));
        Files.createSymbolicLink(link, Path.of("../../.." + outside));
        try {
            host.run(id, mounting("ls -d /bent; true", Mount.Tmpfs.at("/bent/made")));
            assertThat(outside).isEmptyDirectory();
        } catch (StartFailure e) {
            // it leads to nowhere in the image
            assertThat(e.failure().step()).isEqualTo("make-folder");
            assertThat(outside).isEmptyDirectory();
        } finally {
            Files.delete(link);
        }
    }

    /** While the old root is in sight, "/.." would be the host's: a file of ours was made there once. */
    @Test
    void filesOfOursAreMadeInTheImageWhereverItsFoldersLead() throws Exception {
        Path outside = world(host.folder.resolve("outside"));
        Path layer = Files.createDirectories(host.folder.resolve("trap"));
        try (Stream<Path> all = Files.list(host.layer)) {
            for (Path each : all.filter(path -> !path.endsWith("etc")).toList()) {
                Files.createSymbolicLink(layer.resolve(each.getFileName()), Path.of("nowhere"));
            }
        }
        Files.delete(layer.resolve("bin"));
        copy(host.layer.resolve("bin"), layer.resolve("bin"));
        Files.createSymbolicLink(layer.resolve("etc"), Path.of("../../.." + outside));
        try {
            host.runtime.start(TestHost.request(id, TestHost.shell("true"), 1, java.util.Optional.empty(), layer));
            host.awaitEnd(id);
        } catch (StartFailure e) {
            assertThat(e.failure().step()).isEqualTo("make-file");
        }
        assertThat(outside).isEmptyDirectory();
    }

    private static Path world(Path folder) throws IOException {
        Files.createDirectories(folder);
        for (Path each = folder; each.startsWith(host.folder); each = each.getParent()) {
            Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rwxrwxrwx"));
        }
        return folder;
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> all = Files.list(from)) {
            for (Path each : all.toList()) {
                Files.copy(each, to.resolve(each.getFileName()), java.nio.file.LinkOption.NOFOLLOW_LINKS);
            }
        }
    }
}
