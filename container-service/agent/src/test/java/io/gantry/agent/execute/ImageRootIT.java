package io.gantry.agent.execute;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.files.ContainerTree;
import io.gantry.agent.files.TreeArchive;
import io.gantry.agent.image.Layer;
import io.gantry.agent.image.LayerDiff;
import io.gantry.agent.image.TestMounts;
import io.gantry.agent.runtime.RunRequest;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.tar.TarReader;
import io.gantry.contracts.unit.Digest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real containers whose layers are images, or images and folders. */
@Timeout(60)
class ImageRootIT {
    @AutoClose private final TestHost host = TestHost.make();
    private final ContainerId id = TestHost.newId();
    private Path mounted;

    @BeforeEach
    void makeImage() throws IOException {
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        LayerDiff.write(host.layer, tar);
        Path image = host.folder.resolve("image");
        TestMounts.write(tar.toByteArray(), image);
        mounted = Files.createDirectory(host.folder.resolve("mounted"));
        TestMounts.mount(image, mounted);
        Files.delete(image);
    }

    @AfterEach
    void unmount() {
        TestMounts.detach(mounted);
    }

    @Test
    void writesLandInTheWritableLayerAndAreThereInTheNextRun() throws Exception {
        assertThat(run(id, TestHost.shell("echo new > /file; echo more >> /etc/passwd; rm -r /tmp; rm /bin/wget; mkdir /tmp; touch /tmp/x"))).isZero();
        assertThat(host.runtime.folders().upper(id).resolve("file")).hasContent("new");
        assertThat(mounted.resolve("tmp")).isEmptyDirectory();
        assertThat(run(id, TestHost.shell("cat /file; tail -1 /etc/passwd; ls /tmp; ls /bin/wget; stat -c %u /bin/busybox; id -un"))).isZero();
        assertThat(host.output(id)).contains("new\nmore\nx\n").contains("/bin/wget: No such file").contains("\n0\nroot\n");
    }

    @Test
    void aFolderLiesOverAnImageAndHidesWhatItSays() throws Exception {
        Path above = Files.createDirectories(host.folder.resolve("above"));
        Files.createDirectories(above.resolve("etc"));
        Files.writeString(above.resolve("etc/above"), "folder");
        assertThat(new ProcessBuilder("mknod", above.resolve("etc/group").toString(), "c", "0", "0").start().waitFor()).isZero();
        host.runtime.start(request(id, TestHost.shell("cat /etc/above; ls /etc/group /etc/passwd"), new Layer.Folder(Digest.ofHex("cd".repeat(32)), above)));
        host.awaitEnd(id);
        assertThat(host.output(id)).contains("folder").contains("/etc/group: No such file").contains("/etc/passwd\n");
    }

    @Test
    void theFilesOfOneThatRestsAreRead() throws Exception {
        RunRequest request = request(id, TestHost.shell("true"));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ContainerTree tree = host.runtime.trees().resting(request.container(), request.layers(), false)) {
            TreeArchive.export(tree, out);
        }
        List<String> names = new ArrayList<>();
        TarReader tar = new TarReader(new ByteArrayInputStream(out.toByteArray()));
        for (var entry = tar.next(); entry.isPresent(); entry = tar.next()) {
            names.add(entry.get().name());
        }
        assertThat(names).contains("bin/busybox", "bin/sh", "etc/passwd", "tmp");
    }

    private int run(ContainerId id, ContainerSpec spec) throws Exception {
        host.runtime.start(request(id, spec));
        return host.awaitEnd(id).code();
    }

    private RunRequest request(ContainerId id, ContainerSpec spec, Layer... above) {
        RunRequest alone = host.request(id, spec);
        List<Layer> layers = new ArrayList<>(List.of(new Layer.Image(Digest.ofHex("ab".repeat(32)), mounted)));
        layers.addAll(List.of(above));
        return new RunRequest(alone.container(), alone.run(), layers, alone.network());
    }
}
