package io.gantry.agent.execute;

import io.gantry.kernel.quota.QuotaGroups;
import io.gantry.kernel.syscall.LinuxSystemCalls;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** A btrfs file system of its own, in a file. It commits every second, so that what is counted is seen soon. */
final class BtrfsDisk implements AutoCloseable {
    private static final long BYTES = 400L << 20;
    private final QuotaGroups groups = new QuotaGroups(new LinuxSystemCalls());
    private final Path file = Files.createTempFile("gantry-btrfs", ".img");
    final Path root = Files.createTempDirectory("gb");

    BtrfsDisk() throws Exception {
        try (RandomAccessFile image = new RandomAccessFile(file.toFile(), "rw")) {
            image.setLength(BYTES);
        }
        HostileHost.run("mkfs.btrfs", "-q", file.toString());
        HostileHost.run("mount", "-t", "btrfs", "-o", "loop,commit=1", file.toString(), root.toString());
    }

    /** Those below the top. */
    List<String> subvolumes() throws Exception {
        return HostileHost.run("btrfs", "subvolume", "list", root.toString()).lines().map(line -> line.replaceAll("^.* path ", "")).toList();
    }

    /** What is counted beside the top. */
    List<Long> groups() throws IOException {
        return groups.all(root).stream().filter(number -> number != 5).toList();
    }

    QuotaGroups.Group group(Path subvolume) throws IOException {
        return groups.of(subvolume);
    }

    /** What is gone goes out of the count in the kernel's own time. */
    void awaitNothing() throws Exception {
        Instant deadline = Instant.now().plus(Duration.ofSeconds(40));
        while (!groups().isEmpty() && Instant.now().isBefore(deadline)) {
            HostileHost.run("sync", "-f", root.toString());
            groups.forgetTheGone(root);
            Thread.onSpinWait();
        }
        if (!subvolumes().isEmpty() || !groups().isEmpty()) {
            throw new AssertionError("left are subvolumes " + subvolumes() + " and groups " + groups());
        }
    }

    @Override
    public void close() throws Exception {
        HostileHost.run("umount", root.toString());
        Files.delete(root);
        Files.delete(file);
    }
}
