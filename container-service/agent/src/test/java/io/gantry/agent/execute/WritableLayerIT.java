package io.gantry.agent.execute;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.ContainerSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What real containers write, above the image that they share. */
@Timeout(60)
class WritableLayerIT {
    @AutoClose private static final TestHost host = TestHost.make();
    private final ContainerId id = TestHost.newId();

    /** An end is told before all of it is gone; the next test may look for what is left. */
    @AfterEach
    void cleanUp() {
        host.runtime.remove(id);
    }

    @Test
    void writesLandUnshiftedInTheWritableLayerOnly() throws Exception {
        assertThat(host.run(id, TestHost.shell("echo new > /file; chmod 600 /etc/passwd; rm -r /tmp")).code()).isZero();
        Path upper = host.runtime.folders().upper(id);
        assertThat(upper.resolve("file")).hasContent("new");
        assertThat(Files.getAttribute(upper.resolve("file"), "unix:uid")).isEqualTo(0);
        assertThat(host.layer.resolve("file")).doesNotExist();
        assertThat(host.layer.resolve("tmp")).exists();
        assertThat(Files.getAttribute(host.layer.resolve("etc/passwd"), "unix:mode")).isEqualTo(0100644);
        assertThat(host.run(id, TestHost.shell("cat /file; ls /")).code()).as("the second run on the same layer").isZero();
        assertThat(host.output(id)).startsWith("new\n").doesNotContain("tmp");
    }

    @Test
    void readOnlyRootRefusesWrites() throws Exception {
        ContainerSpec spec = TestHost.shell("touch /x; touch /dev/shm/y && echo shm").but().readOnlyRoot(true).build();
        assertThat(host.run(id, spec).code()).isZero();
        assertThat(host.output(id)).contains("Read-only file system").contains("shm");
    }

    /** A pipe would let the start wait for ever for somebody at its other end; a link would lead out of the image's own files. */
    @Test
    void whatTheImageHasInThePlaceOfAFileOfOursMakesRoomForIt() throws Exception {
        Path pipe = host.layer.resolve("etc/hosts");
        Path link = host.layer.resolve("etc/hostname");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        Files.createSymbolicLink(link, Path.of("/proc/1/root/etc/shadow"));
        try {
            host.runtime.start(host.request(id, TestHost.shell("cat /etc/hosts /etc/hostname")));
            assertThat(host.awaitEnd(id).code()).isZero();
            assertThat(host.output(id)).contains("localhost", id.shortForm());
        } finally {
            Files.delete(pipe);
            Files.delete(link);
        }
    }

    @Test
    void removesFoldersThatGoDeeperThanAPathCanSay() throws Exception {
        String deep = "n=$(printf '%0200d' 0); i=0; while [ $i -lt 40 ]; do mkdir $n && cd -P $n || exit 1; i=$((i+1)); done; echo $i";
        assertThat(host.run(id, TestHost.shell(deep)).code()).isZero();
        assertThat(host.output(id)).isEqualTo("40\n");
        host.runtime.remove(id);
        assertThat(host.runtime.folders().container(id)).doesNotExist();
    }
}
