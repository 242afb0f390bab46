package io.gantry.agent.volume;

import static io.gantry.kernel.syscall.LinuxHeader.O_DIRECTORY;
import static io.gantry.kernel.syscall.LinuxHeader.O_RDONLY;

import io.gantry.agent.size.SizedFolder;
import io.gantry.agent.size.Turns;
import io.gantry.contracts.unit.Bytes;
import io.gantry.kernel.files.TreeCopy;
import io.gantry.kernel.files.TreeRemover;
import io.gantry.kernel.syscall.Errno;
import io.gantry.kernel.syscall.Fd;
import io.gantry.kernel.syscall.LinuxSystemCalls;
import io.gantry.kernel.syscall.SyscallFailure;
import io.gantry.kernel.syscall.SystemCalls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Set;
import java.util.function.IntUnaryOperator;

/**
 * One volume on this node: {@code data}, which is what containers see, and beside it the mark {@code filling} while it gets its first
 * content, so that a copy that was cut off is begun anew. One with a size has it by its {@code data} as {@link SizedFolder} says.
 */
public record VolumeFolder(Path folder) {
    private static final Turns TURNS = new Turns();
    private static final SystemCalls CALLS = new LinuxSystemCalls();

    public static VolumeFolder of(Path folder) {
        return new VolumeFolder(folder);
    }

    public Path data() {
        return folder.resolve("data");
    }

    /**
     * Made, if it isn't there yet.
     *
     * @param size {@code null} for as much as there is room
     */
    public VolumeFolder begin(Bytes size) throws IOException {
        TURNS.take(folder, () -> {
            Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            if (!Files.isDirectory(data())) {
                Files.createDirectories(data()); // a start, which has no turn, may be quicker
                Files.setPosixFilePermissions(data(), PosixFilePermissions.fromString("rwxr-xr-x"));
            }
            if (size != null) {
                sized().limit(sized().keeper(), size.value());
            }
        });
        return this;
    }

    private Path mark() {
        return folder.resolve("filling");
    }

    /**
     * Copies what the image has there, with that folder's own owner and mode, if there is nothing yet; without a folder in the image it
     * begins empty. Two containers that start at the same time wait for each other.
     *
     * @param root of a container of that image
     * @param owner in the volume, of one that the kernel shows below {@code root}
     */
    public void fill(SystemCalls calls, Fd root, String target, IntUnaryOperator owner) throws IOException {
        try (Fd image = calls.openInRoot(root, target, O_RDONLY | O_DIRECTORY)) {
            fill(image, owner);
        } catch (SyscallFailure e) {
            if (e.errno() != Errno.ENOENT && e.errno() != Errno.ENOTDIR) {
                throw e;
            }
        }
    }

    private void fill(Fd image, IntUnaryOperator owner) throws IOException {
        TURNS.take(folder, () -> {
            if (Files.exists(mark())) {
                TreeRemover.empty(data());
            } else if (!isEmpty()) {
                return;
            }
            Files.writeString(mark(), "");
            copy(image, owner);
            Files.delete(mark());
        });
    }

    /** The volume's size holds for what comes from the image, too. */
    private void copy(Fd image, IntUnaryOperator owner) throws IOException {
        try {
            CALLS.boundByQuotas(() -> {
                try {
                    TreeCopy.copy(image, data(), owner);
                    return data();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Its data, which may have a size. */
    public SizedFolder sized() {
        return sized(folder);
    }

    private static SizedFolder sized(Path folder) {
        return new SizedFolder(folder.resolve("data"), folder.resolve("image"));
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
        deleteGone(gone);
    }

    /** What {@link #delete} has put out of sight. */
    static void deleteGone(Path gone) throws IOException {
        sized(gone).letGo();
        TreeRemover.remove(gone);
    }
}
