package io.gantry.agent.oci.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.id.Ids;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Podman with our command line as its runtime: conmon calls it, adopts its containers' processes and reaps them. */
@Timeout(180)
class PodmanIT {
    private static final Path PLACES = Path.of(System.getProperty("java.io.tmpdir"), "gantry-podman-tests");

    private final Path folder = PLACES.resolve(Long.toString(ProcessHandle.current().pid()));
    private final String id = "pod-" + Ids.hex64(new SecureRandom()).substring(0, 8);
    private Set<Path> before;
    private Bundle bundle;
    private Tool podman;

    /** What a run of these tests left that was killed itself: each has a folder with the number of its JVM. */
    @BeforeAll
    static void takeAwayWhatIsNobodysAnyMore() throws Exception {
        try (Stream<Path> all = Files.list(Files.createDirectories(PLACES))) {
            for (Path place : all.toList()) {
                if (ProcessHandle.of(Long.parseLong(place.getFileName().toString())).isEmpty()) {
                    podman(place).run("rm", "--force", "--all", "--time", "0").well();
                    delete(place);
                }
            }
        }
    }

    @BeforeEach
    void make() throws Exception {
        before = groups();
        bundle = Bundle.of("runc", Files.createDirectories(folder.resolve("bundle")));
        podman = podman(folder);
    }

    private static Tool podman(Path folder) throws Exception {
        return new Tool(
                List.of(
                        "podman", "--root", folder.resolve("storage").toString(), "--runroot", folder.resolve("runroot").toString(), "--tmpdir", folder.resolve("tmp").toString(),
                        "--storage-driver", "vfs", "--cgroup-manager", "cgroupfs", "--events-backend", "file", "--runtime", Tool.ours(folder).command().getFirst()),
                folder);
    }

    @AfterEach
    void remove() throws Exception {
        podman.run("rm", "--force", "--time", "0", id).well();
        assertThat(groups()).isSubsetOf(before);
        Path state = folder.resolve("state");
        if (Files.exists(state)) {
            assertThat(state).isEmptyDirectory();
        }
        delete(folder);
    }

    /** Nothing beyond it: podman's folders may have something mounted in them. */
    private static void delete(Path place) throws Exception {
        assertThat(new ProcessBuilder("rm", "--recursive", "--one-file-system", place.toString()).inheritIO().start().waitFor()).isZero();
    }

    /** Podman's groups of containers have their ids in their names. */
    private static Set<Path> groups() throws Exception {
        Path parent = Path.of("/sys/fs/cgroup/memory/libpod_parent");
        if (!Files.exists(parent)) {
            return Set.of();
        }
        try (Stream<Path> all = Files.list(parent)) {
            return all.filter(path -> Files.isDirectory(path) && path.getFileName().toString().matches("libpod-[0-9a-f]{64}")).collect(Collectors.toSet());
        }
    }

    /** Podman's usual limits are above what hosts without CAP_SYS_RESOURCE let anybody have. */
    private Tool.Ended run(String... more) throws Exception {
        List<String> words = new ArrayList<>(List.of("run", "--name", id, "--network", "none", "--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1024:1024"));
        words.addAll(List.of(more));
        return podman.run(words.toArray(String[]::new));
    }

    @Test
    void runsToItsEndAndIsRemoved() throws Exception {
        Tool.Ended ended = run("--rm", "--rootfs", bundle.root().toString(), "sh", "-c", "id -u; hostname > /dev/null; echo no >&2; exit 3");
        assertThat(ended.code()).as(ended.errors()).isEqualTo(3);
        assertThat(ended.out()).isEqualTo("0\n");
        assertThat(ended.errors()).isEqualTo("no\n");
        assertThat(podman.run("ps", "--all", "--quiet").well().out()).isEmpty();
    }

    @Test
    void livesInTheBackgroundWithFurtherCommandsALimitAndAStop() throws Exception {
        run("--detach", "--memory", "32m", "--pids-limit", "20", "--rootfs", bundle.root().toString(), "sleep", "100000").well();
        assertThat(podman.run("exec", id, "sh", "-c", "echo inside; exit 0").well().out()).isEqualTo("inside\n");
        assertThat(podman.run("exec", id, "sh", "-c", "exit 5").code()).isEqualTo(5);
        assertThat(podman.run("inspect", "--format", "{{.State.Status}} {{.OCIRuntime}}", id).well().out()).startsWith("running " + folder);
        int pid = Integer.parseInt(podman.run("inspect", "--format", "{{.State.Pid}}", id).well().out().strip());
        String group = Files.readAllLines(Path.of("/proc/" + pid + "/cgroup")).stream().filter(line -> line.contains(":memory:")).findFirst().orElseThrow().split(":", 3)[2];
        assertThat(Files.readString(Path.of("/sys/fs/cgroup/memory" + group + "/memory.limit_in_bytes")).strip()).isEqualTo(Integer.toString(32 << 20));
        podman.run("stop", "--time", "1", id).well();
        assertThat(podman.run("inspect", "--format", "{{.State.Status}} {{.State.ExitCode}}", id).well().out()).isEqualTo("exited 137\n");
        podman.run("start", id).well();
        assertThat(podman.run("inspect", "--format", "{{.State.Status}}", id).well().out()).isEqualTo("running\n");
    }

    @Test
    void aProgramThatIsNotThereEndsAsWithOtherRuntimes() throws Exception {
        Tool.Ended ended = run("--rootfs", bundle.root().toString(), "nothing");
        assertThat(ended.code()).as(ended.errors()).isEqualTo(127);
        assertThat(ended.errors()).contains("No such file or directory");
    }

    @Test
    void hasAUserNamespace() throws Exception {
        assertThat(new ProcessBuilder("chown", "-hR", "200000:200000", bundle.root().toString()).inheritIO().start().waitFor()).isZero();
        assertThat(folder.toFile().setExecutable(true, false)).isTrue();
        Tool.Ended ended = run("--rm", "--uidmap", "0:200000:65536", "--gidmap", "0:200000:65536", "--rootfs", bundle.root().toString(), "cat", "/proc/self/uid_map");
        assertThat(ended.code()).as(ended.errors()).isZero();
        assertThat(ended.out().strip().split("\\s+")).containsExactly("0", "200000", "65536");
    }
}
