package io.gantry.agent.files;

import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.tar.TarEntry;
import io.gantry.contracts.tar.TarFailure;
import io.gantry.contracts.tar.TarReader;
import io.gantry.kernel.files.BadName;
import io.gantry.kernel.files.FileFailure;
import io.gantry.kernel.files.TreeReader;
import io.gantry.kernel.files.TreeWriter;
import io.gantry.kernel.namespaces.IdRange;
import io.gantry.kernel.syscall.Errno;
import io.gantry.kernel.syscall.Fd;
import io.gantry.kernel.syscall.LinuxSystemCalls;
import io.gantry.kernel.syscall.SystemCalls;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;
import java.util.zip.ZipException;

/** Unpacks a tar that somebody sends into a folder of a container or a volume. Whatever the tar and the folder hold, nothing is made outside it. */
public final class TreeIntake {
    private static final SystemCalls CALLS = new LinuxSystemCalls();
    private final TreeWriter writer;
    private final IntUnaryOperator outside;
    private final boolean keepKinds;
    private final Map<String, TreeWriter.Meta> folders = new LinkedHashMap<>();

    private TreeIntake(TreeWriter writer, IntUnaryOperator outside, boolean keepKinds) {
        this.writer = writer;
        this.outside = outside;
        this.keepKinds = keepKinds;
    }

    /**
     * @param path of a folder, links followed
     * @param keepKinds refuse to put a folder in the place of a file, or the other way round
     * @throws FilesRefusal for a path, or a tar, that can't be
     */
    public static void unpack(ContainerTree tree, String path, boolean keepKinds, InputStream tar) throws IOException {
        try (ContainerTree.Place place = tree.folder(path, true)) {
            unpack(place.folder(), tree::outside, keepKinds, tar, real -> ContainerTree.checkOwn(real, real));
        }
    }

    /** Where the folder has a size, that holds for what is unpacked, too. */
    public static void unpack(Fd folder, IntUnaryOperator outside, boolean keepKinds, InputStream tar) throws IOException {
        unpack(folder, outside, keepKinds, tar, null);
    }

    private static void unpack(Fd folder, IntUnaryOperator outside, boolean keepKinds, InputStream tar, TreeWriter.Guard guard) throws IOException {
        try {
            CALLS.boundByQuotas(() -> {
                try {
                    unpackBound(folder, outside, keepKinds, tar, guard);
                    return folder;
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static void unpackBound(Fd folder, IntUnaryOperator outside, boolean keepKinds, InputStream tar, TreeWriter.Guard guard) throws IOException {
        try (TreeWriter writer = new TreeWriter(Path.of(folder.path()), guard)) {
            TreeIntake intake = new TreeIntake(writer, outside, keepKinds);
            TarReader entries = new TarReader(tar);
            for (Optional<TarEntry> next = entries.next(); next.isPresent(); next = entries.next()) {
                intake.take(next.get(), entries.content());
            }
            for (var made : intake.folders.entrySet()) {
                writer.time(made.getKey(), made.getValue());
            }
            tar.transferTo(OutputStream.nullOutputStream());
        } catch (TarFailure e) {
            throw SentTar.no(e.getMessage());
        } catch (ZipException | EOFException e) {
            throw SentTar.broken(e);
        } catch (BadName e) {
            throw unfit(e);
        } catch (FileFailure e) {
            throw switch (e.errno()) {
                case Errno.EROFS -> new FilesRefusal(ProblemType.FORBIDDEN, e.getMessage(), "write to one of the container's writable volumes");
                case Errno.ENOSPC, Errno.EDQUOT -> new FilesRefusal(ProblemType.CONFLICT, e.getMessage(), "free room there");
                default -> unfit(e);
            };
        }
    }

    private static FilesRefusal unfit(IOException why) {
        return new FilesRefusal(ProblemType.BAD_REQUEST, "the tar can't be unpacked there: " + why.getMessage(), null);
    }

    private void take(TarEntry entry, InputStream content) throws IOException {
        String name = entry.name();
        if (keepKinds) {
            checkKind(entry);
        }
        TreeWriter.Meta meta = meta(entry);
        switch (entry.kind()) {
            case FOLDER -> {
                writer.folder(name, meta);
                folders.put(name, meta);
            }
            case FILE -> writer.file(name, meta, content);
            case SYMBOLIC_LINK -> writer.link(name, entry.linkName(), meta);
            case HARD_LINK -> writer.hardLink(name, entry.linkName());
            case FIFO -> writer.node(name, 0x1000, 0, 0, meta);
            case CHARACTER_DEVICE, BLOCK_DEVICE ->
                    throw new FilesRefusal(ProblemType.BAD_REQUEST, "'" + name + "' is a device, and a container makes none", "leave it out of the tar");
        }
    }

    private void checkKind(TarEntry entry) throws IOException {
        Optional<TreeReader.Kind> there = writer.kind(entry.name());
        boolean folder = entry.kind() == TarEntry.Kind.FOLDER;
        if (there.isPresent() && folder != (there.get() == TreeReader.Kind.FOLDER)) {
            throw new FilesRefusal(
                    ProblemType.INVALID_FIELD,
                    "cannot overwrite " + (folder ? "non-directory with directory" : "directory with non-directory") + ": '" + entry.name() + "'", null);
        }
    }

    /** Where nothing is mapped the disk would take it, and the container would see nobody's. */
    private static void checkOwner(TarEntry entry) {
        if (entry.uid() < 0 || entry.uid() >= IdRange.SIZE || entry.gid() < 0 || entry.gid() >= IdRange.SIZE) {
            throw new FilesRefusal(
                    ProblemType.BAD_REQUEST,
                    "'" + entry.name() + "' belongs to " + entry.uid() + ":" + entry.gid() + "; a container has the ids 0 to " + (IdRange.SIZE - 1),
                    "give it another owner in the tar: tar --owner=0 --group=0");
        }
    }

    private TreeWriter.Meta meta(TarEntry entry) {
        checkOwner(entry);
        Map<String, byte[]> xattrs = new TreeMap<>(entry.xattrs());
        // overlayfs' own marks are never a tar's
        xattrs.keySet().removeIf(attribute -> attribute.startsWith("trusted."));
        return new TreeWriter.Meta(
                entry.mode(), outside.applyAsInt((int) entry.uid()), outside.applyAsInt((int) entry.gid()), entry.modified().getEpochSecond(), entry.modified().getNano(), xattrs);
    }
}
