package io.gantry.agent.files;

import io.gantry.agent.image.TarEntries;
import io.gantry.contracts.tar.TarEntry;
import io.gantry.contracts.tar.TarWriter;
import io.gantry.contracts.view.PathStat;
import io.gantry.kernel.files.TreeReader;
import io.gantry.kernel.syscall.Fd;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Set;
import java.util.function.IntUnaryOperator;

/** Files of a container as a tar: one path with all below it, or the whole root. Owners are the container's own numbers. */
public final class TreeArchive {
    /** Where containers have what only the kernel makes up. */
    private static final Set<String> KERNELS = Set.of("/proc", "/sys", "/dev");

    private static final int S_IFDIR = 0x4000;
    private static final int S_IFREG = 0x8000;
    private static final int S_IFLNK = 0xa000;

    private TreeArchive() {}

    /** @throws FilesRefusal if nothing is there */
    public static PathStat stat(ContainerTree tree, String path) throws IOException {
        try (ContainerTree.Place place = tree.find(path)) {
            TreeReader.Entry entry = tree.look(place);
            String name = place.path().substring(place.path().lastIndexOf('/') + 1);
            return new PathStat(name.isEmpty() ? "/" : name, entry.size(), bits(entry.kind()) | entry.mode(), entry.modified(), target(place.path(), entry));
        }
    }

    private static String target(String path, TreeReader.Entry entry) {
        if (entry.kind() != TreeReader.Kind.LINK) {
            return null;
        }
        return entry.target().startsWith("/") ? ContainerTree.clean(entry.target()) : ContainerTree.clean(path.substring(0, path.lastIndexOf('/') + 1) + entry.target());
    }

    /** Entries begin with the last part of the path. {@code out} stays open. */
    public static void write(ContainerTree tree, String path, OutputStream out) throws IOException {
        try (ContainerTree.Place place = tree.find(path);
                TarWriter tar = new TarWriter(out)) {
            String name = place.path().substring(place.path().lastIndexOf('/') + 1);
            if (place.name().equals(".")) {
                // the root of all, or of a volume
                TreeReader.walk(place.folder(), new Sink(tree::inside, tar, name, place.real(), false));
            } else {
                TreeReader.walk(place.folder(), place.name(), new Sink(tree::inside, tar, null, place.real(), false));
            }
        }
    }

    /** The container's own files; what is mounted is an empty folder. */
    public static void export(ContainerTree tree, OutputStream out) throws IOException {
        try (TarWriter tar = new TarWriter(out)) {
            TreeReader.walk(tree.root(), new Sink(tree::inside, tar, "", "/", true));
        }
    }

    /** All in a folder that belongs to no container, such as a volume's, owners as they are. */
    public static void write(Fd folder, OutputStream out) throws IOException {
        try (TarWriter tar = new TarWriter(out)) {
            TreeReader.walk(folder, new Sink(IntUnaryOperator.identity(), tar, "", "", false));
        }
    }

    /** @param prefix put before every path, or {@code null} if the paths begin with the name already */
    private static final class Sink implements TreeReader.Visitor {
        private final IntUnaryOperator owner;
        private final TarWriter tar;
        private final String prefix;
        private final String real;
        private final boolean oneFileSystem;
        private Long device;

        Sink(IntUnaryOperator owner, TarWriter tar, String prefix, String real, boolean oneFileSystem) {
            this.owner = owner;
            this.tar = tar;
            this.prefix = prefix;
            this.real = real;
            this.oneFileSystem = oneFileSystem;
        }

        @Override
        public void entry(TreeReader.Entry entry, InputStream content) throws IOException {
            if (device == null) {
                device = entry.device();
            }
            TarEntry made = TarEntries.of(entry, name(entry.path()), entry.first().isEmpty() ? "" : name(entry.first()), owner);
            TarEntries.add(tar, made, content);
        }

        @Override
        public boolean into(TreeReader.Entry folder) {
            return !(oneFileSystem && folder.device() != device) && !KERNELS.contains(place(folder.path()));
        }

        private String place(String path) {
            String below = prefix != null ? path : path.contains("/") ? path.substring(path.indexOf('/') + 1) : "";
            return below.isEmpty() ? real : (real.equals("/") ? "" : real) + "/" + below;
        }

        private String name(String path) {
            if (prefix == null) {
                return path;
            }
            return prefix.isEmpty() ? path.isEmpty() ? "." : path : path.isEmpty() ? prefix : prefix + "/" + path;
        }
    }

    private static int bits(TreeReader.Kind kind) {
        return switch (kind) {
            case FOLDER -> S_IFDIR;
            case FILE -> S_IFREG;
            case LINK -> S_IFLNK;
            case CHARACTER_DEVICE -> 0x2000;
            case BLOCK_DEVICE -> 0x6000;
            case FIFO -> 0x1000;
            case SOCKET -> 0xc000;
        };
    }
}
