package io.gantry.kernel.files;

import static io.gantry.kernel.syscall.LinuxHeader.*;

import com.sun.jna.LastErrorException;
import io.gantry.kernel.syscall.DeviceNumber;
import io.gantry.kernel.syscall.Errno;
import io.gantry.kernel.syscall.InRoot;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Makes files below one folder from paths that somebody else chose. A parent that is a link is followed as if the folder were the
 * root, so nothing is ever made or changed outside it; a name is never followed. What stands where a new thing shall be is replaced.
 */
public final class TreeWriter implements AutoCloseable {
    private static final int KEPT_FOLDERS = 64;

    /** Modes, owners and times of one entry. {@code mode}: the low twelve bits. */
    public record Meta(int mode, int user, int group, long seconds, long nanos, Map<String, byte[]> xattrs) {}

    private record Place(int folder, String name) {}

    /** Says no to places by throwing. */
    @FunctionalInterface
    public interface Guard {
        /** @param real where it is with all links followed, as the kernel tells */
        void allow(String real) throws IOException;
    }

    private interface Call {
        void run() throws LastErrorException;
    }

    private final int root;
    private final Guard guard;
    private final byte[] buffer = new byte[256 * 1024];
    private final Map<String, Integer> open = new HashMap<>();
    private boolean stale;

    public TreeWriter(Path folder) throws FileFailure {
        this(folder, null);
    }

    /** @param guard asked before anything is made or changed; {@code null} if everything below the folder is allowed */
    public TreeWriter(Path folder, Guard guard) throws FileFailure {
        this.guard = guard;
        try {
            root = LibCFiles.open(folder.toString(), O_PATH | O_DIRECTORY | O_CLOEXEC, 0);
        } catch (LastErrorException e) {
            throw new FileFailure("open", folder.toString(), e.getErrorCode());
        }
    }

    /** A folder that is there keeps what is in it and gets the new attributes. */
    public void folder(String path, Meta meta) throws IOException {
        begin();
        if (clean(path).isEmpty()) {
            call("chmod", path, () -> LibCFiles.fchmodat(root, ".", meta.mode(), 0));
            call("chown", path, () -> LibCFiles.fchownat(root, ".", meta.user(), meta.group(), 0));
            return;
        }
        Place place = place(path);
        if (!isFolder(place)) {
            remove(place, path);
            makeFolder(place, path, 0700);
        }
        attributes(place, O_DIRECTORY, path, meta, true);
    }

    /** Whole, or not at all: what stands there stays until then, and stays if the content breaks off. Only an empty folder goes before. */
    public void file(String path, Meta meta, InputStream content) throws IOException {
        begin();
        Place place = place(path);
        Place made = place;
        int fd = create(place, path);
        if (fd < 0 && isFolder(place)) {
            remove(place, path);
            fd = create(place, path);
        } else if (fd < 0) {
            made = new Place(place.folder(), ".gantry-" + UUID.randomUUID());
            fd = create(made, path);
        }
        if (fd < 0) {
            throw new FileFailure("create", path, Errno.EEXIST);
        }
        fill(fd, made, place, path, meta, content);
    }

    /** -1 if something stands there. */
    private static int create(Place place, String path) throws FileFailure {
        try {
            return LibCFiles.openat(place.folder(), place.name(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
        } catch (LastErrorException e) {
            if (e.getErrorCode() == Errno.EEXIST) {
                return -1;
            }
            throw new FileFailure("create", path, e.getErrorCode());
        }
    }

    private void fill(int fd, Place made, Place place, String path, Meta meta, InputStream content) throws IOException {
        boolean whole = false;
        try {
            int got;
            while ((got = content.readNBytes(buffer, 0, buffer.length)) > 0) {
                write(fd, got, path);
            }
            attributes(fd, path, meta, true);
            if (made != place) {
                // it may have been a link that a path went through
                stale = true;
                call("rename", path, () -> LibCFiles.renameat(made.folder(), made.name(), place.folder(), place.name()));
            }
            whole = true;
        } finally {
            LibCFiles.close(fd);
            if (!whole) {
                discard(made);
            }
        }
    }

    public void link(String path, String target, Meta meta) throws IOException {
        begin();
        stale = true;
        Place place = place(path);
        remove(place, path);
        call("symlink", path, () -> LibCFiles.symlinkat(target, place.folder(), place.name()));
        attributes(place, 0, path, meta, false);
    }

    /** {@code target} is a path in this tree; a link in its parents is resolved in the tree, the target itself isn't followed. */
    public void hardLink(String path, String target) throws IOException {
        begin();
        Place to = place(path);
        Place from = place(target);
        remove(to, path);
        call("link", path + " to " + target, () -> LibCFiles.linkat(from.folder(), from.name(), to.folder(), to.name(), 0));
    }

    /** @param type {@code S_IFCHR}, {@code S_IFBLK} or {@code S_IFIFO} */
    public void node(String path, int type, int major, int minor, Meta meta) throws IOException {
        begin();
        Place place = place(path);
        remove(place, path);
        call("mknod", path, () -> LibCFiles.mknodat(place.folder(), place.name(), type | 0600, new DeviceNumber(major, minor).packed()));
        attributes(place, 0, path, meta, true);
    }

    /** What stands at a path; a link stands for itself. Empty if nothing does. */
    public Optional<TreeReader.Kind> kind(String path) throws IOException {
        begin();
        String clean = clean(path);
        if (clean.isEmpty()) {
            return Optional.of(TreeReader.Kind.FOLDER);
        }
        int slash = clean.lastIndexOf('/');
        int folder = root;
        try {
            folder = slash < 0 ? root : openInRoot(clean.substring(0, slash));
            return Optional.of(TreeReader.kind(folder, clean.substring(slash + 1)));
        } catch (LastErrorException | NoSuchFileException e) {
            return Optional.empty();
        } finally {
            if (folder != root) {
                LibCFiles.close(folder);
            }
        }
    }

    /** Where the link at a path leads, as it says itself. */
    public String target(String path) throws IOException {
        begin();
        Place place = place(path);
        return Files.readSymbolicLink(Path.of("/proc/self/fd/" + place.folder() + "/" + place.name())).toString();
    }

    /** overlayfs' mark that the name is gone from the layers below: a 0/0 character device. */
    public void whiteout(String path) throws IOException {
        begin();
        Place place = place(path);
        remove(place, path);
        call("mknod", path, () -> LibCFiles.mknodat(place.folder(), place.name(), S_IFCHR, 0));
    }

    /** overlayfs' mark that nothing of the layers below shows in this folder. */
    public void opaque(String path) throws IOException {
        begin();
        int folder = clean(path).isEmpty() ? root : resolve(clean(path));
        byte[] yes = {'y'};
        call("setxattr trusted.overlay.opaque", path, () -> LibCFiles.lsetxattr("/proc/self/fd/" + folder + "/.", "trusted.overlay.opaque", yes, 1, 0));
    }

    /** Sets a folder's time again: making things in it has changed it. */
    public void time(String path, Meta meta) throws IOException {
        begin();
        if (clean(path).isEmpty()) {
            return;
        }
        Place place = place(path);
        call("utimens", path, () -> LibCFiles.utimensat(place.folder(), place.name(), times(meta), AT_SYMLINK_NOFOLLOW));
    }

    /** Everything written to the file system so far is on the disk. */
    public static void sync(Path folder) throws FileFailure {
        int fd = -1;
        try {
            fd = LibCFiles.open(folder.toString(), O_DIRECTORY | O_CLOEXEC, 0);
            LibCFiles.syncfs(fd);
        } catch (LastErrorException e) {
            throw new FileFailure("syncfs", folder.toString(), e.getErrorCode());
        } finally {
            if (fd >= 0) {
                LibCFiles.close(fd);
            }
        }
    }

    @Override
    public void close() {
        open.values().forEach(LibCFiles::close);
        open.clear();
        LibCFiles.close(root);
    }

    private void write(int fd, int length, String path) throws FileFailure {
        int done = 0;
        while (done < length) {
            byte[] rest = done == 0 ? buffer : Arrays.copyOfRange(buffer, done, length);
            try {
                done += (int) LibCFiles.write(fd, rest, length - done);
            } catch (LastErrorException e) {
                throw new FileFailure("write", path, e.getErrorCode());
            }
        }
    }

    /** Of what stands there now, held by descriptor from here on. */
    private static void attributes(Place place, int kind, String path, Meta meta, boolean hasMode) throws FileFailure {
        int[] fd = new int[1];
        call("open", path, () -> fd[0] = LibCFiles.openat(place.folder(), place.name(), kind | O_PATH | O_NOFOLLOW | O_CLOEXEC, 0));
        try {
            attributes(fd[0], path, meta, hasMode);
        } finally {
            LibCFiles.close(fd[0]);
        }
    }

    /**
     * Owner before mode, since a change of owner takes setuid away; time last. None of it by name: others who may write to the folder can put a link
     * there meanwhile, and a mode is set through links, to wherever they lead on the host.
     */
    private static void attributes(int fd, String path, Meta meta, boolean hasMode) throws FileFailure {
        String opened = "/proc/self/fd/" + fd;
        call("chown", path, () -> LibCFiles.fchownat(fd, "", meta.user(), meta.group(), AT_EMPTY_PATH));
        if (hasMode) {
            call("chmod", path, () -> LibCFiles.fchmodat(fd, opened, meta.mode(), 0));
        }
        for (var xattr : meta.xattrs().entrySet()) {
            call("setxattr " + xattr.getKey(), path, () -> LibCFiles.setxattr(opened, xattr.getKey(), xattr.getValue(), xattr.getValue().length, 0));
        }
        call("utimens", path, () -> LibCFiles.utimensat(fd, "", times(meta), AT_EMPTY_PATH));
    }

    private static long[] times(Meta meta) {
        return new long[] {meta.seconds(), meta.nanos(), meta.seconds(), meta.nanos()};
    }

    private Place place(String path) throws IOException {
        String clean = clean(path);
        if (clean.isEmpty()) {
            throw new BadName(path, "names the root itself");
        }
        int slash = clean.lastIndexOf('/');
        Place place = slash < 0 ? new Place(root, clean) : new Place(resolve(clean.substring(0, slash)), clean.substring(slash + 1));
        if (guard != null) {
            String folder = Files.readSymbolicLink(Path.of("/proc/self/fd/" + place.folder())).toString();
            guard.allow((folder.equals("/") ? "" : folder) + "/" + place.name());
        }
        return place;
    }

    /** The folder at {@code path}, made with its parents if it isn't there. A folder already open is used again. */
    private int resolve(String path) throws IOException {
        Integer known = open.get(path);
        if (known != null) {
            return known;
        }
        int fd;
        try {
            fd = openInRoot(path);
        } catch (LastErrorException e) {
            if (e.getErrorCode() != Errno.ENOENT) {
                throw new FileFailure("open", path, e.getErrorCode());
            }
            Place place = place(path);
            makeFolder(place, path, 0755);
            try {
                fd = openInRoot(path);
            } catch (LastErrorException again) {
                throw new FileFailure("open", path, again.getErrorCode());
            }
        }
        open.put(path, fd);
        return fd;
    }

    private int openInRoot(String path) {
        return InRoot.open(root, path, O_PATH | O_DIRECTORY);
    }

    /** Opened folders are kept from one entry to the next, unless a path may mean another folder now. */
    private void begin() {
        if (stale || open.size() > KEPT_FOLDERS) {
            open.values().forEach(LibCFiles::close);
            open.clear();
            stale = false;
        }
    }

    /** One that is there by now will do. */
    private static void makeFolder(Place place, String path, int mode) throws FileFailure {
        try {
            LibCFiles.mkdirat(place.folder(), place.name(), mode);
        } catch (LastErrorException e) {
            if (e.getErrorCode() != Errno.EEXIST) {
                throw new FileFailure("mkdir", path, e.getErrorCode());
            }
        }
    }

    private static boolean isFolder(Place place) {
        try {
            int flags = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
            LibCFiles.close(LibCFiles.openat(place.folder(), place.name(), flags, 0));
            return true;
        } catch (LastErrorException e) {
            return false;
        }
    }

    private static void discard(Place place) {
        try {
            LibCFiles.unlinkat(place.folder(), place.name(), 0);
        } catch (LastErrorException e) {
            // somebody else has removed it, or put something in its place
        }
    }

    private void remove(Place place, String path) throws IOException {
        try {
            LibCFiles.unlinkat(place.folder(), place.name(), 0);
            // it may have been a link that a path went through
            stale = true;
        } catch (LastErrorException e) {
            if (e.getErrorCode() == Errno.ENOENT) {
                return;
            }
            // a folder: only an empty one is replaced, a layer that puts a file where it has put files is broken
            stale = true;
            call("replace", path, () -> LibCFiles.unlinkat(place.folder(), place.name(), AT_REMOVEDIR));
        }
    }

    /** Without leading slash, "." and ".."; a path can't climb. The root's is empty. */
    public static String clean(String path) throws IOException {
        StringBuilder clean = new StringBuilder();
        for (String part : path.split("/")) {
            if (part.isEmpty() || part.equals(".")) {
                continue;
            }
            if (part.equals("..")) {
                throw new BadName(path, "climbs out by ..");
            }
            clean.append(clean.isEmpty() ? "" : "/").append(part);
        }
        return clean.toString();
    }

    private static void call(String name, String path, Call call) throws FileFailure {
        try {
            call.run();
        } catch (LastErrorException e) {
            throw new FileFailure(name, path, e.getErrorCode());
        }
    }
}
