package io.gantry.contracts.tar;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * One entry of an archive.
 *
 * @param name as it stands in the archive, nothing cleaned, but without slashes at the end
 * @param mode permission bits with setuid, setgid and sticky: 0 to 07777
 * @param size bytes of content that follow; 0 unless it is a file
 * @param linkName target of a link; empty otherwise
 * @param xattrs by full name, {@code security.capability}
 */
public record TarEntry(
        String name,
        Kind kind,
        int mode,
        long uid,
        long gid,
        long size,
        Instant modified,
        String linkName,
        int major,
        int minor,
        Map<String, byte[]> xattrs) {
    public enum Kind {
        FILE('0'),
        HARD_LINK('1'),
        SYMBOLIC_LINK('2'),
        CHARACTER_DEVICE('3'),
        BLOCK_DEVICE('4'),
        FOLDER('5'),
        FIFO('6');

        final char flag;

        Kind(char flag) {
            this.flag = flag;
        }
    }

    public TarEntry {
        xattrs = xattrs.isEmpty() ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(xattrs));
    }

    public static TarEntry folder(String name, int mode, long uid, long gid, Instant modified) {
        return new TarEntry(name, Kind.FOLDER, mode, uid, gid, 0, modified, "", 0, 0, Map.of());
    }

    public static TarEntry file(String name, int mode, long uid, long gid, long size, Instant modified) {
        return new TarEntry(name, Kind.FILE, mode, uid, gid, size, modified, "", 0, 0, Map.of());
    }

    public static TarEntry link(String name, String target, long uid, long gid, Instant modified) {
        return new TarEntry(name, Kind.SYMBOLIC_LINK, 0777, uid, gid, 0, modified, target, 0, 0, Map.of());
    }

    public TarEntry withName(String other) {
        return new TarEntry(other, kind, mode, uid, gid, size, modified, linkName, major, minor, xattrs);
    }

    public TarEntry withOwner(long user, long group) {
        return new TarEntry(name, kind, mode, user, group, size, modified, linkName, major, minor, xattrs);
    }

    public TarEntry withModified(Instant other) {
        return new TarEntry(name, kind, mode, uid, gid, size, other, linkName, major, minor, xattrs);
    }

    public TarEntry withXattrs(Map<String, byte[]> other) {
        return new TarEntry(name, kind, mode, uid, gid, size, modified, linkName, major, minor, other);
    }

    public TarEntry withMode(int other) {
        return new TarEntry(name, kind, other, uid, gid, size, modified, linkName, major, minor, xattrs);
    }
}
