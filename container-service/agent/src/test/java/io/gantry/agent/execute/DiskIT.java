package io.gantry.agent.execute;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.runtime.Running;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.Resources;
import io.gantry.contracts.state.Observed;
import io.gantry.contracts.unit.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A writable layer of a size. */
@Timeout(60)
class DiskIT {
    private static final String WRITE = "dd if=/dev/zero of=/srv/big bs=1M count=40 2>&1; ls -l /srv/big";
    private final ContainerId id = TestHost.newId();
    @AutoClose private final TestHost host = TestHost.make();

    private static ContainerSpec limited(String script) {
        return TestHost.limited(TestHost.shell(script), Resources.limits().disk(Bytes.mebi(32)).build()).but().workingDir("/srv").build();
    }

    /** What lies in files of this host. */
    private List<String> loopDevices() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/sys/block"))) {
            return all.map(device -> device.resolve("loop/backing_file"))
                    .filter(Files::exists)
                    .map(DiskIT::text)
                    .filter(file -> file.contains(host.folder.toString()))
                    .toList();
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return ""; // it has gone meanwhile
        }
    }

    private void awaitNoLoopDevice() throws Exception {
        for (int i = 0; i < 200 && !loopDevices().isEmpty(); i++) {
            Thread.sleep(25);
        }
        assertThat(loopDevices()).isEmpty();
    }

    @Test
    void aLayerTakesNoMoreThanItsSizeAndNobodyElseIsConcerned() throws Exception {
        host.run(id, limited(WRITE));
        assertThat(host.output(id)).contains("No space left on device");
        ContainerId other = TestHost.newId();
        host.run(other, TestHost.shell(WRITE).but().workingDir("/srv").build());
        assertThat(host.output(other)).contains("41943040").doesNotContain("No space left");
    }

    @Test
    void theNextRunHasWhatWasWritten() throws Exception {
        host.run(id, limited("echo kept > /srv/file"));
        host.runtime.start(host.request(id, limited("cat /srv/file; " + WRITE), 2, Optional.empty()));
        host.awaitEnd(id);
        assertThat(host.output(id)).contains("kept\n", "No space left on device");
    }

    @Test
    void itsFilesAreReadAfterTheHostWasDown() throws Exception {
        host.run(id, limited("echo kept > /srv/file"));
        host.runtime.folders().layer(id).unmount();
        assertThat(host.runtime.folders().upper(id)).doesNotExist();
        try (var layers = host.runtime.trees().layers(host.request(id, limited("x")).container(), host.request(id, limited("x")).layers())) {
            assertThat(Files.readString(host.runtime.folders().upper(id).resolve("srv/file"))).isEqualTo("kept\n");
        }
    }

    @Test
    void itsRemovalLeavesNeitherMountNorLoopDevice() throws Exception {
        host.run(id, limited("true"));
        assertThat(loopDevices()).hasSize(1);
        host.runtime.remove(id);
        awaitNoLoopDevice();
        assertThat(host.leftovers()).isEmpty();
    }

    @Test
    void saysByWhatItIsHeld() throws Exception {
        Running running = host.runtime.start(host.request(id, limited("sleep 100")));
        assertThat(running.applied().deviations())
                .containsExactly(new Observed.Deviation("resources.disk", "held by a file on the node with ext4 in it, whose own needs count"));
        host.runtime.kill(id);
        host.awaitEnd(id);
    }
}
