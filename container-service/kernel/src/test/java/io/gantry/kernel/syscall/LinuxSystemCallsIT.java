package io.gantry.kernel.syscall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
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

    private static int open() {
        return new File("/proc/self/fd").list().length;
    }
}
