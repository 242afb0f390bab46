package io.gantry.kernel.files;

import static io.gantry.kernel.syscall.LinuxHeader.O_CLOEXEC;
import static io.gantry.kernel.syscall.LinuxHeader.O_DIRECTORY;
import static io.gantry.kernel.syscall.LinuxHeader.O_NOFOLLOW;
import static io.gantry.kernel.syscall.LinuxHeader.O_NONBLOCK;
import static io.gantry.kernel.syscall.LinuxHeader.O_PATH;
import static io.gantry.kernel.syscall.LinuxHeader.S_IFMT;

import com.sun.jna.LastErrorException;
import io.gantry.kernel.syscall.Errno;
import io.gantry.kernel.syscall.Fd;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads what lies below an open folder while others may change it: every folder is opened once, by its parent's descriptor, and no link is
 * followed, so that whatever is put in the place of something else meanwhile leads nowhere. What goes meanwhile is left out.
 */
public final class TreeReader {
    public enum Kind {
        FOLDER(0x4000),
        FILE(0x8000),
        LINK(0xa000),
        CHARACTER_DEVICE(0x2000),
        BLOCK_DEVICE(0x6000),
        FIFO(0x1000),
        SOCKET(0xc000);

        private final int bits;

        Kind(int bits) {
            this.bits = bits;
        }

        /** @param mode as stat(2) tells it */
        public static Kind of(int mode) {
            for (Kind kind : values()) {
                if (kind.bits == (mode & S_IFMT)) {
                    return kind;
                }
            }
            throw new IllegalStateException("no kind of file has the mode " + Integer.toOctalString(mode));
        }
    }

    /**
     * @param path below the folder where the walk began, without a slash in front; empty for that folder itself
     * @param mode the low twelve bits
     * @param user as the kernel shows it to this process
     * @param target of a link; empty otherwise
     * @param first where the same file was met before; empty if it wasn't
     * @param device of the file system it lies on
     * @param node a device's own number, as in st_rdev
     */
    public record Entry(
            String path, Kind kind, int mode, int user, int group, long size, Instant modified, String target, String first, long device, long node,
            Map<String, byte[]> xattrs) {}

    public interface Visitor {
        /** @param content of a file that wasn't met before; empty otherwise. May be shorter or longer than the entry says. */
        void entry(Entry entry, InputStream content) throws IOException;

        /** Whether to go into this folder, which has been visited. */
        default boolean into(Entry folder) {
            return true;
        }
    }

    private record Id(long device, long inode) {}

    /** Each level takes a descriptor and a piece of the stack for as long as it is looked at. */
    private static final int DEEPEST = 500;

    private final Visitor visitor;
    private final Map<Id, String> met = new HashMap<>();
    private int depth;

    private TreeReader(Visitor visitor) {
        this.visitor = visitor;
    }

    /** All below {@code folder}, sorted by name, each folder before what is in it; begins with the folder itself. */
    public static void walk(Fd folder, Visitor visitor) throws IOException {
        new TreeReader(visitor).all(folder.number());
    }

    /** The same of a folder that nobody else changes the way to. */
    public static void walk(Path folder, Visitor visitor) throws IOException {
        int fd;
        try {
            fd = LibCFiles.open(folder.toString(), O_PATH | O_DIRECTORY | O_CLOEXEC, 0);
        } catch (LastErrorException e) {
            throw new FileFailure("open", folder.toString(), e.getErrorCode());
        }
        try {
            new TreeReader(visitor).all(fd);
        } finally {
            LibCFiles.close(fd);
        }
    }

    private void all(int folder) throws IOException {
        Path opened = Path.of("/proc/self/fd/" + folder);
        Entry root = entry("", opened.resolve("."), stat(opened, true));
        visitor.entry(root, InputStream.nullInputStream());
        if (visitor.into(root)) {
            below(folder, "");
        }
    }

    /** What {@code name} in {@code folder} is, and all below it if it is a folder itself. The paths begin with the name. */
    public static void walk(Fd folder, String name, Visitor visitor) throws IOException {
        new TreeReader(visitor).child(folder.number(), name, name);
    }

    /** @throws NoSuchFileException if there is nothing of that name */
    public static Entry look(Fd folder, String name) throws IOException {
        Path path = Path.of(folder.path() + "/" + name);
        return new TreeReader((_, _) -> {}).entry(name, path, stat(path, name.equals(".")));
    }

    /** What stands at a path that nobody else changes the way to; a link stands for itself. Empty if nothing does. */
    public static Optional<Entry> look(Path path) throws IOException {
        try {
            return Optional.of(new TreeReader((_, _) -> {}).entry(path.getFileName().toString(), path, stat(path, false)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    static Kind kind(int folder, String name) throws IOException {
        return Kind.of((int) stat(Path.of("/proc/self/fd/" + folder + "/" + name), false).get("mode"));
    }

    private void below(int folder, String at) throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> children = Files.newDirectoryStream(Path.of("/proc/self/fd/" + folder))) {
            for (Path child : children) {
                names.add(name(child.getFileName(), at));
            }
        }
        if (++depth > DEEPEST && !names.isEmpty()) {
            throw new UnreadableTree("folders go more than " + DEEPEST + " deep below /" + UnreadableTree.shortly(at) + ", which is too deep to be read");
        }
        names.sort(null);
        for (String name : names) {
            child(folder, name, at.isEmpty() ? name : at + "/" + name);
        }
        depth--;
    }

    /** Any bytes may be a name; those that are no text can't be asked for again, and mustn't be left out in silence. */
    private static String name(Path child, String at) throws UnreadableTree {
        String name = child.toString();
        try {
            if (Path.of(name).equals(child)) {
                return name;
            }
        } catch (InvalidPathException e) {
            throw unspeakable(name, at);
        }
        throw unspeakable(name, at);
    }

    private static UnreadableTree unspeakable(String name, String at) {
        return new UnreadableTree("'" + name + "' in /" + UnreadableTree.shortly(at) + " has a name that isn't UTF-8: give it another");
    }

    private void child(int folder, String name, String at) throws IOException {
        Path path = Path.of("/proc/self/fd/" + folder + "/" + name);
        Map<String, Object> stat;
        Entry entry;
        try {
            stat = stat(path, false);
            entry = entry(at, path, stat);
        } catch (NoSuchFileException | NotLinkException gone) {
            return;
        } catch (FileFailure e) {
            if (e.errno() == Errno.ENOENT) {
                return;
            }
            throw e;
        }
        switch (entry.kind()) {
            case FOLDER -> folder(folder, name, entry);
            case FILE -> file(folder, name, entry, stat);
            case LINK, CHARACTER_DEVICE, BLOCK_DEVICE, FIFO -> visitor.entry(entry, InputStream.nullInputStream());
            case SOCKET -> {
                // belongs to a process
            }
        }
    }

    private void folder(int parent, String name, Entry entry) throws IOException {
        int fd = open(parent, name, O_DIRECTORY);
        if (fd < 0) {
            return;
        }
        try {
            visitor.entry(entry, InputStream.nullInputStream());
            if (visitor.into(entry)) {
                below(fd, entry.path());
            }
        } finally {
            LibCFiles.close(fd);
        }
    }

    private void file(int parent, String name, Entry entry, Map<String, Object> stat) throws IOException {
        if (!entry.first().isEmpty()) {
            visitor.entry(entry, InputStream.nullInputStream());
            return;
        }
        int fd = open(parent, name, O_NONBLOCK);
        if (fd < 0) {
            return;
        }
        try {
            Path opened = Path.of("/proc/self/fd/" + fd);
            Map<String, Object> now = stat(opened, true);
            if (!now.get("ino").equals(stat.get("ino")) || !now.get("dev").equals(stat.get("dev"))) {
                return; // something else by now
            }
            try (InputStream content = Files.newInputStream(opened)) {
                visitor.entry(entry, content);
            }
        } finally {
            LibCFiles.close(fd);
        }
    }

    /** -1 if it is something else by now, or nothing. */
    private static int open(int folder, String name, int flags) throws FileFailure {
        try {
            return LibCFiles.openat(folder, name, flags | O_NOFOLLOW | O_CLOEXEC, 0);
        } catch (LastErrorException e) {
            if (e.getErrorCode() == Errno.ENOENT || e.getErrorCode() == Errno.ENOTDIR || e.getErrorCode() == Errno.ELOOP) {
                return -1;
            }
            throw new FileFailure("open", name, e.getErrorCode());
        }
    }

    private static Map<String, Object> stat(Path path, boolean follow) throws IOException {
        LinkOption[] options = follow ? new LinkOption[0] : new LinkOption[] {LinkOption.NOFOLLOW_LINKS};
        return Files.readAttributes(path, "unix:mode,uid,gid,rdev,dev,ino,nlink,size,lastModifiedTime", options);
    }

    private Entry entry(String at, Path path, Map<String, Object> stat) throws IOException {
        int mode = (int) stat.get("mode");
        Kind kind = Kind.of(mode);
        String first = null;
        if (kind == Kind.FILE && (int) stat.get("nlink") > 1) {
            first = met.putIfAbsent(new Id((long) stat.get("dev"), (long) stat.get("ino")), at);
        }
        return new Entry(
                at,
                kind,
                mode & 07777,
                (int) stat.get("uid"),
                (int) stat.get("gid"),
                kind == Kind.FILE ? (long) stat.get("size") : 0,
                ((FileTime) stat.get("lastModifiedTime")).toInstant(),
                kind == Kind.LINK ? Files.readSymbolicLink(path).toString() : "",
                first == null ? "" : first,
                (long) stat.get("dev"),
                (long) stat.get("rdev"),
                kind == Kind.LINK ? Map.of() : ExtendedAttributes.of(path));
    }
}
