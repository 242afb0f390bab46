package io.gantry.agent.oci.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.agent.execute.BundleExecutor;
import io.gantry.agent.oci.plan.BundleGroups;
import io.gantry.contracts.id.Ids;
import io.gantry.kernel.syscall.LinuxSystemCalls;
import io.gantry.kernel.syscall.SystemCalls;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** One container's name, groups and state folder, and our command line. After each test nothing of it is left. */
abstract class BundleScene {
    private static final SystemCalls CALLS = new LinuxSystemCalls();
    private static final String USUAL = "/gantry-runc";
    private static final String OWN = "/gantry-runc-test";
    /** The second part is the JVM that made it. */
    private static final Pattern NAME = Pattern.compile("box-(\\d+)-[0-9a-f]+");

    @TempDir Path folder;
    final String id = "box-%d-%s".formatted(ProcessHandle.current().pid(), Ids.hex64(new SecureRandom()).substring(0, 8));
    final String groups = OWN + "/" + id;
    Tool ours;

    /** What a run of these tests left that was killed itself. */
    @BeforeAll
    static void takeAwayWhatIsNobodysAnyMore() throws Exception {
        for (String parent : List.of(USUAL, OWN)) {
            for (Path group : folders(Path.of("/sys/fs/cgroup/unified", parent))) {
                Matcher name = NAME.matcher(group.getFileName().toString());
                if (name.matches() && ProcessHandle.of(Long.parseLong(name.group(1))).isEmpty()) {
                    new BundleExecutor(CALLS).end(group.toString());
                    new Groups(CALLS).remove(new BundleGroups(HostLook.trees(), parent + "/" + group.getFileName()));
                }
            }
        }
    }

    @BeforeEach
    void make() throws Exception {
        ours = Tool.ours(folder);
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        ours.run("delete", "--force", id).well();
        assertThat(left()).isEmpty();
        new Groups(CALLS).remove(new BundleGroups(HostLook.trees(), groups)); // those above a container's own are nobody's to remove
    }

    private static List<Path> folders(Path parent) throws Exception {
        if (!Files.isDirectory(parent)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(parent)) {
            return all.filter(Files::isDirectory).toList();
        }
    }

    /** Groups, and state. */
    final List<String> left() throws Exception {
        List<String> left = new ArrayList<>();
        for (Path tree : folders(Path.of("/sys/fs/cgroup"))) {
            for (String group : List.of(groups + "/same", USUAL + "/" + id)) {
                if (Files.exists(Path.of(tree + group))) {
                    left.add(tree + group);
                }
            }
        }
        if (Files.exists(folder.resolve("state").resolve(id))) {
            left.add("state");
        }
        return left;
    }

    final Bundle bundle(String runtime) throws Exception {
        return Bundle.of(runtime, Files.createDirectories(folder.resolve(runtime + "-bundle")));
    }
}
