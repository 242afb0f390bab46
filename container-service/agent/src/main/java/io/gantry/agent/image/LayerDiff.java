package io.gantry.agent.image;

import io.gantry.contracts.tar.TarEntry;
import io.gantry.contracts.tar.TarEntry.Kind;
import io.gantry.contracts.tar.TarWriter;
import io.gantry.kernel.files.ExtendedAttributes;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The changes of a stopped container as a layer's tar: the inverse of {@link LayerTar}. Sorted by name, owners as numbers, no names, so
 * that the same changes give the same bytes.
 */
public final class LayerDiff {
    private static final int CAPABILITY_2 = 20;
    private static final int CAPABILITY_3 = 24;
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
    private final TarWriter tar;
    private final Map<Object, String> firstNames = new HashMap<>();

    private LayerDiff(Path upper, TarWriter tar) {
        this.upper = upper;
        this.tar = tar;
    }

    /** @param upper the overlay's upper folder of a container that doesn't run, owners unshifted; {@code out} stays open */
    public static void write(Path upper, OutputStream out) throws IOException {
        try (TarWriter tar = new TarWriter(out)) {
            new LayerDiff(upper, tar).folder(upper, "");
        }
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
                tar.add(entry(name, Kind.FOLDER, stat, 0, "", xattrs));
                if (xattrs.containsKey("trusted.overlay.opaque")) {
                    mark(name + "/.wh..wh..opq");
                }
                folder(path, name);
            }
            case S_IFREG -> file(path, name, stat);
            case S_IFLNK -> tar.add(entry(name, Kind.SYMBOLIC_LINK, stat, 0, Files.readSymbolicLink(path).toString(), Map.of()));
            case S_IFCHR -> {
                if ((long) stat.get("rdev") == 0) {
                    int slash = name.lastIndexOf('/') + 1;
                    mark(name.substring(0, slash) + ".wh." + name.substring(slash));
                } else {
                    tar.add(entry(name, Kind.CHARACTER_DEVICE, stat, 0, "", Map.of()));
                }
            }
            case S_IFBLK -> tar.add(entry(name, Kind.BLOCK_DEVICE, stat, 0, "", Map.of()));
            case S_IFIFO -> tar.add(entry(name, Kind.FIFO, stat, 0, "", Map.of()));
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
                tar.add(entry(name, Kind.HARD_LINK, stat, 0, first, Map.of()));
                return;
            }
        }
        try (InputStream content = Files.newInputStream(path, LinkOption.NOFOLLOW_LINKS)) {
            tar.add(entry(name, Kind.FILE, stat, size, "", ExtendedAttributes.of(path)), content);
        }
    }

    private void mark(String name) throws IOException {
        tar.add(TarEntry.file(name, 0, 0, 0, 0, Instant.EPOCH));
    }

    private static TarEntry entry(
            String name, Kind kind, Map<String, Object> stat, long size, String link, Map<String, byte[]> attributes) {
        Map<String, byte[]> xattrs = new TreeMap<>();
        attributes.forEach((attribute, value) -> {
            if (!attribute.startsWith("trusted.")) {
                xattrs.put(attribute, attribute.equals("security.capability") ? unbound(value) : value);
            }
        });
        boolean isDevice = kind == Kind.CHARACTER_DEVICE || kind == Kind.BLOCK_DEVICE;
        long device = isDevice ? (long) stat.get("rdev") : 0;
        // whole seconds, as image builders write them: a fraction would need a header of its own for each entry
        Instant modified = ((FileTime) stat.get("lastModifiedTime")).toInstant().truncatedTo(ChronoUnit.SECONDS);
        return new TarEntry(
                name,
                kind,
                (int) stat.get("mode") & 07777,
                Integer.toUnsignedLong((int) stat.get("uid")),
                Integer.toUnsignedLong((int) stat.get("gid")),
                size,
                modified,
                link,
                (int) (device >> 8 & 0xfff),
                (int) (device & 0xff | device >> 12 & 0xfff00),
                xattrs);
    }

    /**
     * A file capability without the user namespace it was set in (linux/capability.h: revision 3 is revision 2 with that namespace's
     * root behind it): in an image it holds for whichever namespace the container gets.
     */
    private static byte[] unbound(byte[] capability) {
        if (capability.length != CAPABILITY_3 || capability[3] != 3) {
            return capability;
        }
        byte[] unbound = Arrays.copyOf(capability, CAPABILITY_2);
        unbound[3] = 2;
        return unbound;
    }
}
