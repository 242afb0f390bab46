package io.gantry.agent.disk;

import io.gantry.contracts.unit.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Looks again and again at a disk that somebody writes to who doesn't say how much there will be, so that it never gets full. One for each that writes. */
public final class FreeRoom {
    /** Of the agent's disk, for logs, containers and what else is there. */
    public static final Bytes LEFT = Bytes.mebi(256);
    /** Between two looks. */
    private static final long STRIDE = 64 << 20;

    private final Disk disk;
    private final Bytes left;
    private long bytes;
    private long nextLook;

    public interface Disk {
        /** In bytes. */
        long free() throws IOException;
    }

    /** @param left that shall stay free */
    public FreeRoom(Disk disk, Bytes left) {
        this.disk = disk;
        this.left = left;
    }

    /** The file system that a file is on. */
    public static Disk of(Path file) {
        return () -> Files.getFileStore(file).getUsableSpace();
    }

    /**
     * So much more comes.
     *
     * @return what to say once there is no room for it
     */
    public Optional<String> lacksFor(long more) throws IOException {
        bytes += more;
        if (bytes < nextLook) {
            return Optional.empty();
        }
        nextLook = bytes + STRIDE;
        Bytes free = new Bytes(disk.free());
        return free.value() < left.value()
                ? Optional.of("%s of the node's disk are free, and at least %s are left; so far it had %s".formatted(free, left, new Bytes(bytes)))
                : Optional.empty();
    }
}
