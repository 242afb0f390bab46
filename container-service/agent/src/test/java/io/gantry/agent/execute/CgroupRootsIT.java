package io.gantry.agent.execute;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.id.Ids;
import io.gantry.kernel.cgroup.HybridHierarchy;
import io.gantry.kernel.syscall.LinuxSystemCalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The groups above all containers, of which agents of one machine share the upper ones. */
class CgroupRootsIT {
    private static final Path MOUNT = Path.of("/sys/fs/cgroup");
    private static final String CORES = "0-" + (Runtime.getRuntime().availableProcessors() - 1);
    private final String parent = "gantry-roots-" + Ids.hex64(new SecureRandom()).substring(0, 8);
    private final HybridHierarchy cgroups = new HybridHierarchy(MOUNT.toString(), parent, "n1", CORES, "0", HybridHierarchy.Extras.NONE);
    private final Leftovers leftovers = new Leftovers(new LinuxSystemCalls(), cgroups, null, null);

    @AfterEach
    void remove() throws IOException {
        for (var root : cgroups.roots().reversed()) {
            Files.deleteIfExists(Path.of(root.path()));
        }
    }

    @Test
    void setsUpWhatAnotherAgentHasOnlyMadeYet() throws Exception {
        Files.createDirectories(MOUNT.resolve("cpuset").resolve(parent).resolve("gantry"));
        leftovers.makeRoots();
        for (String folder : List.of(parent, parent + "/gantry", parent + "/gantry/n1")) {
            assertThat(Files.readString(MOUNT.resolve("cpuset").resolve(folder).resolve("cpuset.cpus")).strip()).as(folder).isEqualTo(CORES);
        }
    }

    @Test
    void closesTheDevicesThatAnAgentWhichWasKilledLeftOpen() throws Exception {
        Path devices = MOUNT.resolve("devices").resolve(parent).resolve("gantry/n1");
        Files.createDirectories(devices);
        leftovers.makeRoots();
        assertThat(Files.readAllLines(devices.resolve("devices.list"))).contains("c 1:3 rwm").doesNotContain("a *:* rwm");
    }

    @Test
    void leavesAllAsItIsWhereContainersRun() throws Exception {
        leftovers.makeRoots();
        Path container = Files.createDirectory(MOUNT.resolve("devices").resolve(parent).resolve("gantry/n1/s00001"));
        List<String> before = Files.readAllLines(container.resolve("devices.list"));
        try {
            leftovers.makeRoots();
            assertThat(Files.readAllLines(container.resolve("devices.list"))).isEqualTo(before).contains("c 1:3 rwm");
        } finally {
            Files.delete(container);
        }
    }
}
