package io.gantry.agent.volume;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/**
 * A folder that is a file system of its own, kept in a file: it holds so much and no more. It stays mounted on the host, agent or not, until it is let
 * go; after a restart of the host it isn't. The file takes of the host's disk what is written to it, and never gives it back before it goes.
 *
 * @param place the folder, which exists
 * @param image the file, outside of {@code place}
 */
public record SizedFolder(Path place, Path image) {
    private static final Turns TURNS = new Turns();

    /** Makes the file system if there is none and mounts it if it isn't. Two at a time wait for each other. */
    public void limit(long bytes) throws IOException {
        TURNS.take(place, () -> {
            if (Files.exists(image)) {
                mount();
            } else {
                make(bytes);
            }
        });
    }

    private void make(long bytes) throws IOException {
        Path fresh = image.resolveSibling(image.getFileName() + ".new");
        try (RandomAccessFile file = new RandomAccessFile(fresh.toFile(), "rw")) {
            file.setLength(bytes);
        }
        // no blocks kept for root, who is nobody here
        Programs.run("mkfs.ext4", "-q", "-F", "-m", "0", fresh.toString());
        Files.move(fresh, image);
        Set<PosixFilePermission> rights = Files.getPosixFilePermissions(place);
        mount();
        Files.setPosixFilePermissions(place, rights);
        // where a check of the disk would put what it finds; the folder begins empty
        Files.deleteIfExists(place.resolve("lost+found"));
    }

    /** Mounted again, if it is one and isn't mounted. */
    public void ready() throws IOException {
        if (Files.exists(image)) {
            TURNS.take(place, this::mount);
        }
    }

    private void mount() throws IOException {
        if (!isMounted()) {
            Programs.run("mount", "-t", "ext4", "-o", "loop,nodev", image.toString(), place.toString());
        }
    }

    /** Its loop device goes with the last that uses it. */
    public void unmount() throws IOException {
        if (isMounted()) {
            TURNS.take(place, () -> {
                if (isMounted()) {
                    Programs.run("umount", place.toString());
                }
            });
        }
    }

    private boolean isMounted() throws IOException {
        return Files.isDirectory(place) && !Files.getAttribute(place, "unix:dev").equals(Files.getAttribute(place.getParent(), "unix:dev"));
    }
}
