package io.gantry.agent.image;

import io.gantry.kernel.files.ExtendedAttributes;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * The changes of a stopped container as a layer's tar: the inverse of {@link LayerTar}. Sorted by name, owners as numbers, no names, so
 * that the same changes give the same bytes.
 */
public final class LayerDiff {
    private static final int S_IFMT = 0xf000;
    private static final int S_IFIFO = 0x1000;
    private static final int S_IFCHR = 0x2000;
    private static final int S_IFDIR = 0x4000;
    private static final int S_IFBLK = 0x6000;
    private static final int S_IFREG = 0x8000;
    private static final int S_IFLNK = 0xa000;
    /** Files the agent binds its own over; an empty one was made for that. */
    private static final Set<String> BOUND = Set.of("etc/hosts", "etc/hostname", "etc/resolv.conf");

    private final Path upper;
    private final TarArchiveOutputStream tar;
    private final Map<Object, String> firstNames = new HashMap<>();

    private LayerDiff(Path upper, TarArchiveOutputStream tar) {
        this.upper = upper;
        this.tar = tar;
    }

    /** @param upper the overlay's upper folder of a container that doesn't run, owners unshifted; {@code out} stays open */
    public static void write(Path upper, OutputStream out) throws IOException {
        TarArchiveOutputStream tar = new TarArchiveOutputStream(out, StandardCharsets.UTF_8.name());
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        tar.setAddPaxHeadersForNonAsciiNames(true);
        new LayerDiff(upper, tar).folder(upper, "");
        tar.finish();
        tar.flush();
    }

    private void folder(Path folder, String name) throws IOException {
        List<Path> children;
        try (Stream<Path> listed = Files.list(folder)) {
            children = listed.sorted().toList();
        }
        for (Path child : children) {
            entry(child, name.isEmpty() ? child.getFileName().toString() : name + "/" + child.getFileName());
        }
    }

    private void entry(Path path, String name) throws IOException {
        Map<String, Object> stat = Files.readAttributes(path, "unix:mode,uid,gid,rdev,ino,nlink,size,lastModifiedTime", LinkOption.NOFOLLOW_LINKS);
        int mode = (int) stat.get("mode");
        switch (mode & S_IFMT) {
            case S_IFDIR -> {
                Map<String, byte[]> xattrs = ExtendedAttributes.of(path);
                put(new TarArchiveEntry(name + "/", TarConstants.LF_DIR), stat, xattrs);
                if (xattrs.containsKey("trusted.overlay.opaque")) {
                    mark(name + "/.wh..wh..opq");
                }
                folder(path, name);
            }
            case S_IFREG -> file(path, name, stat);
            case S_IFLNK -> {
                TarArchiveEntry link = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
                link.setLinkName(Files.readSymbolicLink(path).toString());
                put(link, stat, Map.of());
            }
            case S_IFCHR -> {
                if ((long) stat.get("rdev") == 0) {
                    int slash = name.lastIndexOf('/') + 1;
                    mark(name.substring(0, slash) + ".wh." + name.substring(slash));
                } else {
                    device(name, TarConstants.LF_CHR, stat);
                }
            }
            case S_IFBLK -> device(name, TarConstants.LF_BLK, stat);
            case S_IFIFO -> put(new TarArchiveEntry(name, TarConstants.LF_FIFO), stat, Map.of());
            default -> {
                // a socket belongs to a process, not to an image
            }
        }
    }

    private void file(Path path, String name, Map<String, Object> stat) throws IOException {
        long size = (long) stat.get("size");
        if (size == 0 && BOUND.contains(name)) {
            return;
        }
        if ((int) stat.get("nlink") > 1) {
            String first = firstNames.putIfAbsent(stat.get("ino"), name);
            if (first != null) {
                TarArchiveEntry link = new TarArchiveEntry(name, TarConstants.LF_LINK);
                link.setLinkName(first);
                put(link, stat, Map.of());
                return;
            }
        }
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(size);
        describe(entry, stat, ExtendedAttributes.of(path));
        tar.putArchiveEntry(entry);
        try (InputStream content = Files.newInputStream(path, LinkOption.NOFOLLOW_LINKS)) {
            content.transferTo(tar);
        }
        tar.closeArchiveEntry();
    }

    private void device(String name, byte type, Map<String, Object> stat) throws IOException {
        long device = (long) stat.get("rdev");
        TarArchiveEntry entry = new TarArchiveEntry(name, type);
        entry.setDevMajor((int) (device >> 8 & 0xfff));
        entry.setDevMinor((int) (device & 0xff | device >> 12 & 0xfff00));
        put(entry, stat, Map.of());
    }

    private void mark(String name) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(0);
        entry.setMode(0);
        entry.setIds(0, 0);
        entry.setLastModifiedTime(FileTime.fromMillis(0));
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
    }

    private void put(TarArchiveEntry entry, Map<String, Object> stat, Map<String, byte[]> xattrs) throws IOException {
        describe(entry, stat, xattrs);
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
    }

    private static void describe(TarArchiveEntry entry, Map<String, Object> stat, Map<String, byte[]> xattrs) {
        entry.setMode((int) stat.get("mode") & 07777);
        entry.setUserId((int) stat.get("uid"));
        entry.setGroupId((int) stat.get("gid"));
        entry.setUserName("");
        entry.setGroupName("");
        // whole seconds, as image builders write them: a fraction would need a header of its own for each entry
        entry.setLastModifiedTime(FileTime.fromMillis(((FileTime) stat.get("lastModifiedTime")).toMillis() / 1000 * 1000));
        xattrs.forEach((attribute, value) -> {
            if (!attribute.startsWith("trusted.")) {
                entry.addPaxHeader("SCHILY.xattr." + attribute, new String(value, StandardCharsets.UTF_8));
            }
        });
    }
}
