package io.gantry.agent.image;

import io.gantry.contracts.tar.TarEntry;
import io.gantry.contracts.tar.TarEntry.Kind;
import io.gantry.contracts.tar.TarWriter;
import io.gantry.kernel.files.TreeReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The changes of a container as a layer's tar: the inverse of {@link LayerTar}. Sorted by name, owners as numbers, no names, so that the
 * same changes give the same bytes. Read by descriptors: a container that runs meanwhile leads it nowhere else.
 */
public final class LayerDiff implements TreeReader.Visitor {
    private static final int CAPABILITY_2 = 20;
    private static final int CAPABILITY_3 = 24;
    private static final String OPAQUE = "trusted.overlay.opaque";
    /** Files the agent binds its own over; an empty one was made for that. */
    private static final Set<String> BOUND = Set.of("etc/hosts", "etc/hostname", "etc/resolv.conf");

    private final TarWriter tar;

    private LayerDiff(TarWriter tar) {
        this.tar = tar;
    }

    /** @param upper the overlay's upper folder, owners unshifted; {@code out} stays open */
    public static void write(Path upper, OutputStream out) throws IOException {
        try (TarWriter tar = new TarWriter(out)) {
            TreeReader.walk(upper, new LayerDiff(tar));
        }
    }

    @Override
    public void entry(TreeReader.Entry entry, InputStream content) throws IOException {
        String name = entry.path();
        if (name.isEmpty()) {
            return;
        }
        switch (entry.kind()) {
            case FOLDER -> {
                tar.add(entry(entry, Kind.FOLDER, 0, ""));
                if (entry.xattrs().containsKey(OPAQUE)) {
                    mark(name + "/.wh..wh..opq");
                }
            }
            case FILE -> {
                if (entry.size() == 0 && BOUND.contains(name)) {
                    return;
                }
                if (entry.first().isEmpty()) {
                    // one that is written to meanwhile is as long as it was: cut off, or filled up with zeros
                    tar.add(entry(entry, Kind.FILE, entry.size(), ""), new SequenceInputStream(content, new Zeros()));
                } else {
                    tar.add(entry(entry, Kind.HARD_LINK, 0, entry.first()));
                }
            }
            case LINK -> tar.add(entry(entry, Kind.SYMBOLIC_LINK, 0, entry.target()));
            case CHARACTER_DEVICE -> {
                if (entry.node() == 0) {
                    int slash = name.lastIndexOf('/') + 1;
                    mark(name.substring(0, slash) + ".wh." + name.substring(slash));
                } else {
                    tar.add(entry(entry, Kind.CHARACTER_DEVICE, 0, ""));
                }
            }
            case BLOCK_DEVICE -> tar.add(entry(entry, Kind.BLOCK_DEVICE, 0, ""));
            case FIFO -> tar.add(entry(entry, Kind.FIFO, 0, ""));
            case SOCKET -> {
                // belongs to a process, not to an image
            }
        }
    }

    private void mark(String name) throws IOException {
        tar.add(TarEntry.file(name, 0, 0, 0, 0, Instant.EPOCH));
    }

    private static TarEntry entry(TreeReader.Entry entry, Kind kind, long size, String link) {
        Map<String, byte[]> xattrs = new TreeMap<>();
        if (kind != Kind.HARD_LINK) {
            entry.xattrs().forEach((attribute, value) -> {
                if (!attribute.startsWith("trusted.")) {
                    xattrs.put(attribute, attribute.equals("security.capability") ? unbound(value) : value);
                }
            });
        }
        long device = kind == Kind.CHARACTER_DEVICE || kind == Kind.BLOCK_DEVICE ? entry.node() : 0;
        return new TarEntry(
                entry.path(),
                kind,
                entry.mode(),
                Integer.toUnsignedLong(entry.user()),
                Integer.toUnsignedLong(entry.group()),
                size,
                // whole seconds, as image builders write them: a fraction would need a header of its own for each entry
                entry.modified().truncatedTo(ChronoUnit.SECONDS),
                link,
                (int) (device >> 8 & 0xfff),
                (int) (device & 0xff | device >> 12 & 0xfff00),
                xattrs);
    }

    /**
     * A file capability without the user namespace it was set in (linux/capability.h: revision 3 is revision 2 with that namespace's
     * root behind it): in an image it holds for whichever namespace the container gets.
     */
    public static byte[] unbound(byte[] capability) {
        if (capability.length != CAPABILITY_3 || capability[3] != 3) {
            return capability;
        }
        byte[] unbound = Arrays.copyOf(capability, CAPABILITY_2);
        unbound[3] = 2;
        return unbound;
    }
}
