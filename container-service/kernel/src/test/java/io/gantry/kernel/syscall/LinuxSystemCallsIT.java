package io.gantry.kernel.syscall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said, and what stays open, when this kernel says no. */
class LinuxSystemCallsIT {
    private final SystemCalls calls = new LinuxSystemCalls();

    @Test
    void aFailureSaysWhatItWasAbout() {
        try (Fd devices = calls.open("/dev", LinuxHeader.O_PATH | LinuxHeader.O_DIRECTORY, 0);
                Fd full = calls.openAt(devices, "full", LinuxHeader.O_WRONLY, 0)) {
            assertThatThrownBy(() -> calls.write(full, new byte[1]))
                    .isInstanceOfSatisfying(SyscallFailure.class, e -> assertThat(e.subject()).isEqualTo("/dev/full"))
                    .hasMessage("write /dev/full: ENOSPC (No space left on device)");
            assertThatThrownBy(() -> calls.readAt(devices, 1, 0)).hasMessageStartingWith("pread /dev: ");
            assertThatThrownBy(() -> calls.openAt(devices, "none/such", LinuxHeader.O_RDONLY, 0)).hasMessageStartingWith("openat /dev/none/such: ENOENT");
            assertThatThrownBy(() -> calls.setMount(devices, 1 << 30)).hasMessageStartingWith("mount_setattr /dev: ");
        }
        SystemCalls.Pair pair = calls.socketPair();
        pair.theirs().close();
        try (Fd ours = pair.ours()) {
            assertThatThrownBy(() -> calls.send(ours, new byte[1], List.of())).hasMessageStartingWith("sendmsg a pair of sockets: ");
        }
    }

    @Test
    void aSocketThatCannotListenIsClosed(@TempDir Path folder) {
        String path = folder.resolve("socket").toString();
        try (Fd listening = calls.listen(path)) {
            listening.number();
            int before = open();
            assertThatThrownBy(() -> calls.listen(path)).hasMessageStartingWith("bind " + path + ": EADDRINUSE");
            assertThat(open()).isEqualTo(before);
        }
    }

    /** The kernel can't tell where ".." leads while anything on the host is renamed. */
    @Test
    void aPathThatClimbsIsOpenedWhateverIsRenamedMeanwhile(@TempDir Path folder) throws Exception {
        Files.createDirectories(folder.resolve("a/b"));
        AtomicBoolean enough = new AtomicBoolean();
        Thread renaming = Thread.ofPlatform().start(() -> renameUntil(folder.resolve("one"), folder.resolve("other"), enough));
        try (Fd root = calls.open(folder.toString(), LinuxHeader.O_PATH | LinuxHeader.O_DIRECTORY, 0)) {
            String climbing = "a/b/../../".repeat(3) + "a";
            for (int i = 0; i < 2000; i++) {
                calls.openInRoot(root, climbing, LinuxHeader.O_PATH).close();
            }
        } finally {
            enough.set(true);
            renaming.join();
        }
    }

    private static void renameUntil(Path one, Path other, AtomicBoolean enough) {
        try {
            Files.createDirectory(one);
            while (!enough.get()) {
                Files.move(one, other);
                Files.move(other, one);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int open() {
        return new File("/proc/self/fd").list().length;
    }
}
