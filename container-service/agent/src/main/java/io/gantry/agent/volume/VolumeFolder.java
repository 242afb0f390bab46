package io.gantry.agent.volume;

import io.gantry.kernel.files.TreeCopy;
import io.gantry.kernel.files.TreeRemover;
import io.gantry.kernel.syscall.Fd;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.Set;
import java.util.function.IntUnaryOperator;

/**
 * One volume on this node: {@code data}, which is what containers see, and beside it the mark {@code filling} while it gets its first
 * content, so that a copy that was cut off is begun anew. One with a size has its file system in {@code image}, mounted at {@code data}.
 */
public record VolumeFolder(Path folder) {
    private static final Turns TURNS = new Turns();

    public static VolumeFolder of(Path folder) {
        return new VolumeFolder(folder);
    }

    public Path data() {
        return folder.resolve("data");
    }

    private Path mark() {
        return folder.resolve("filling");
    }

    /**
     * Copies what is in {@code image}, with that folder's own owner and mode, if there is nothing yet. Two containers that start at the same
     * time wait for each other.
     *
     * @param owner in the volume, of one that the kernel shows in {@code image}
     */
    public void fill(Fd image, IntUnaryOperator owner) throws IOException {
        TURNS.take(folder, () -> {
            if (Files.exists(mark())) {
                TreeRemover.empty(data());
            } else if (!isEmpty()) {
                return;
            }
            Files.writeString(mark(), "");
            TreeCopy.copy(image, data(), owner);
            Files.delete(mark());
        });
    }

    /** Makes the file system if there is none and mounts it if it isn't. */
    public void limit(long bytes) throws IOException {
        sized().limit(bytes);
    }

    private SizedFolder sized() {
        return new SizedFolder(data(), folder.resolve("image"));
    }

    /** After a restart of the host it isn't mounted. */
    public VolumeFolder ready() throws IOException {
        sized().ready();
        return this;
    }

    void unmount() throws IOException {
        sized().unmount();
    }

    private boolean isEmpty() throws IOException {
        try (DirectoryStream<Path> found = Files.newDirectoryStream(data())) {
            return !found.iterator().hasNext();
        }
    }

    /** Bytes of the files in it, each counted once. What changes meanwhile is counted as it is met. */
    public long used() throws IOException {
        long[] sum = {0};
        Set<Object> met = new HashSet<>();
        Files.walkFileTree(data(), new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (attributes.isRegularFile() && met.add(attributes.fileKey())) {
                    sum[0] += attributes.size();
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException trouble) throws IOException {
                if (trouble instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw trouble;
            }
        });
        return sum[0];
    }

    /** First out of sight, so that what is left after a crash is known as such. */
    void delete() throws IOException {
        if (Files.isDirectory(folder)) {
            unmount();
        }
        Path gone = folder.resolveSibling(NodeVolumes.GONE + folder.getFileName());
        if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            Files.move(folder, gone);
        }
        TreeRemover.remove(gone);
    }
}
