package io.gantry.agent.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.id.VolumeId;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.DesiredRecord;
import io.gantry.contracts.state.StateKey;
import io.gantry.kernel.files.TreeRemover;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class NodeVolumesTest {
    private static final NodeId NODE = new NodeId("node-00000000-0000-7000-8000-000000000001");

    @TempDir Path root;
    private final BlockingQueue<String> begun = new LinkedBlockingQueue<>();
    private final Semaphore patience = new Semaphore(0);
    private NodeVolumes volumes;

    @BeforeEach
    void make() {
        volumes = new NodeVolumes(root, 1, volume -> {
            begun.add(volume.folder().getFileName().toString());
            patience.acquireUninterruptibly();
            volume.delete();
        });
    }

    @Test
    void whoTellsOfChangesDoesntWaitForADeletion() throws Exception {
        fill(id(1));
        volumes.snapshot(1, 7, List.of());
        assertThat(begun.poll(20, TimeUnit.SECONDS)).isEqualTo(id(1));
        assertTimeoutPreemptively(Duration.ofSeconds(5), () -> {
            volumes.change(7, wanted(2));
            volumes.snapshot(1, 8, List.of(wanted(2)));
        });
        patience.release(10);
    }

    @Test
    void oneThatIsWantedMeanwhileStays() throws Exception {
        fill(id(1));
        fill(id(2));
        volumes.snapshot(1, 7, List.of());
        String first = begun.poll(20, TimeUnit.SECONDS);
        String other = first.equals(id(1)) ? id(2) : id(1);
        volumes.change(7, wanted(other.equals(id(1)) ? 1 : 2));
        fill(id(3));
        patience.release(10);
        // the look that the change began comes after the first, and finds only this
        assertThat(begun.poll(20, TimeUnit.SECONDS)).isEqualTo(id(3));
        assertThat(root.resolve(first)).doesNotExist();
        assertThat(root.resolve(other).resolve("data/file")).exists();
    }

    @Test
    void takesAwayWhatIsLeftOfADeletionAndNotItsNamesake() throws Exception {
        fill(id(1));
        fill(NodeVolumes.GONE + id(1));
        fill(id(2));
        volumes.snapshot(1, 7, List.of(wanted(1)));
        patience.release(10);
        assertThat(begun.poll(20, TimeUnit.SECONDS)).isEqualTo(id(2));
        fill(id(3));
        volumes.snapshot(1, 8, List.of(wanted(1)));
        assertThat(begun.poll(20, TimeUnit.SECONDS)).isEqualTo(id(3));
        assertThat(root.resolve(NodeVolumes.GONE + id(1))).doesNotExist();
        assertThat(root.resolve(id(1)).resolve("data/file")).exists();
    }

    @Test
    void whatIsBeingDeletedIsNotCounted() throws Exception {
        fill(id(1));
        fill(NodeVolumes.GONE + id(2));
        assertThat(volumes.used()).containsOnlyKeys(id(1)).containsValue(3L);
    }

    @Test
    void whatCantBeCountedIsLeftOut() throws Exception {
        fill(id(1));
        fill(id(2));
        String deep = "n=$(printf '%0200d' 0); i=0; while [ $i -lt 40 ]; do mkdir $n && cd -P $n || exit 1; i=$((i+1)); done";
        Process making = new ProcessBuilder("sh", "-c", deep).directory(root.resolve(id(2)).resolve("data").toFile()).inheritIO().start();
        assertThat(making.waitFor()).isZero();
        try {
            assertThat(volumes.used()).containsOnlyKeys(id(1));
        } finally {
            TreeRemover.remove(root.resolve(id(2)));
        }
    }

    private void fill(String name) throws Exception {
        Files.writeString(Files.createDirectories(root.resolve(name).resolve("data")).resolve("file"), "abc");
    }

    private static String id(int number) {
        return "volume-00000000-0000-7000-8000-00000000000" + number;
    }

    private static DesiredRecord wanted(int number) {
        Desired.Volume volume = new Desired.Volume(new VolumeId(id(number)), "default", "data");
        return new DesiredRecord(new StateKey(NODE, "volume", id(number)), 1, 1, volume);
    }
}
