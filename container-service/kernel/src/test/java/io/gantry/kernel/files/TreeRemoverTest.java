package io.gantry.kernel.files;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.kernel.syscall.LinuxHeader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreeRemoverTest {
    @TempDir Path folder;
    private Path root;

    @BeforeEach
    void make() throws Exception {
        root = Files.createDirectory(folder.resolve("root"));
    }

    @Test
    void removesFoldersThatGoDeeperThanAPathCanSay() throws Exception {
        deep(root, 3000);
        TreeRemover.remove(root);
        assertThat(names(folder)).isEmpty();
    }

    @Test
    void needsNoMoreDescriptorsForDeeperFolders() throws Exception {
        deep(root, 400);
        int before = descriptors();
        AtomicInteger most = new AtomicInteger();
        Thread counting = Thread.ofPlatform().daemon().start(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                most.accumulateAndGet(descriptors(), Math::max);
            }
        });
        TreeRemover.remove(root);
        counting.interrupt();
        counting.join();
        assertThat(most.get()).isBetween(before, before + 200);
    }

    @Test
    void removesALinkAndNotWhatItPointsTo() throws Exception {
        Path outside = Files.createDirectory(folder.resolve("outside"));
        Files.writeString(outside.resolve("file"), "stays");
        Files.createSymbolicLink(root.resolve("inside"), outside);
        Files.createSymbolicLink(folder.resolve("link"), outside);
        TreeRemover.remove(root);
        TreeRemover.remove(folder.resolve("link"));
        assertThat(names(folder)).containsExactly("outside");
        assertThat(outside.resolve("file")).hasContent("stays");
    }

    @Test
    void removesANameThatIsNoText() throws Exception {
        Process making = new ProcessBuilder("sh", "-c", "mkdir -p \"$(printf 'x\\377\\376')\"/in && touch \"$(printf 'y\\377')\"").directory(root.toFile()).inheritIO().start();
        assertThat(making.waitFor()).isZero();
        TreeRemover.remove(root);
        assertThat(names(folder)).isEmpty();
    }

    @Test
    void removesAFileAndNothing() throws Exception {
        Files.writeString(root.resolve("file"), "");
        TreeRemover.remove(root.resolve("file"));
        TreeRemover.remove(root.resolve("nothing"));
        TreeRemover.empty(root.resolve("nothing"));
        assertThat(names(root)).isEmpty();
    }

    @Test
    void emptiesAFolderAndLeavesIt() throws Exception {
        deep(root, 100);
        TreeRemover.empty(root);
        assertThat(names(folder)).containsExactly("root");
        assertThat(names(root)).isEmpty();
    }

    /** By descriptors: 3000 deep is more than twice as long as a path may be. In each folder lies a file, too. */
    private static void deep(Path root, int depth) {
        int flags = LinuxHeader.O_PATH | LinuxHeader.O_DIRECTORY | LinuxHeader.O_CLOEXEC;
        int at = LibCFiles.open(root.toString(), flags, 0);
        for (String name : Collections.nCopies(depth, "dd")) {
            LibCFiles.mkdirat(at, name, 0700);
            LibCFiles.mknodat(at, "file", 0x8000 | 0600, 0);
            int next = LibCFiles.openat(at, name, flags, 0);
            LibCFiles.close(at);
            at = next;
        }
        LibCFiles.close(at);
    }

    private static List<String> names(Path in) throws IOException {
        try (Stream<Path> found = Files.list(in)) {
            return found.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    private static int descriptors() {
        return Path.of("/proc/self/fd").toFile().list().length;
    }
}
