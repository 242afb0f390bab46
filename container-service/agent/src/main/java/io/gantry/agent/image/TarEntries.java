package io.gantry.agent.image;

import io.gantry.contracts.tar.TarEntry;
import io.gantry.contracts.tar.TarEntry.Kind;
import io.gantry.contracts.tar.TarWriter;
import io.gantry.kernel.files.TreeReader;
import io.gantry.kernel.syscall.DeviceNumber;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;

/** Files as entries of a tar: owners as numbers, whole seconds, no attribute that is the host's own. */
public final class TarEntries {
    private static final int CAPABILITY_2 = 20;
    private static final int CAPABILITY_3 = 24;
    private static final DeviceNumber NONE = new DeviceNumber(0, 0);

    private TarEntries() {}

    /**
     * @param name in the tar
     * @param first where the same file is in the tar already; empty if it isn't
     * @param owner in the tar, of a user or group as the kernel shows it
     */
    public static TarEntry of(TreeReader.Entry entry, String name, String first, IntUnaryOperator owner) {
        Kind kind = kind(entry, first);
        DeviceNumber device = kind == Kind.CHARACTER_DEVICE || kind == Kind.BLOCK_DEVICE ? DeviceNumber.of(entry.node()) : NONE;
        return new TarEntry(
                name,
                kind,
                entry.mode(),
                Integer.toUnsignedLong(owner.applyAsInt(entry.user())),
                Integer.toUnsignedLong(owner.applyAsInt(entry.group())),
                kind == Kind.FILE ? entry.size() : 0,
                // as image builders write them: a fraction would need a header of its own for each entry
                entry.modified().truncatedTo(ChronoUnit.SECONDS),
                kind == Kind.HARD_LINK ? first : entry.target(),
                device.major(),
                device.minor(),
                kind == Kind.HARD_LINK ? Map.of() : attributes(entry));
    }

    /** With what is in it, if it is a file: one that is written to meanwhile is as long as it was, cut off or filled up with zeros. */
    public static void add(TarWriter tar, TarEntry entry, InputStream content) throws IOException {
        if (entry.kind() == Kind.FILE) {
            tar.add(entry, new SequenceInputStream(content, new Zeros()));
        } else {
            tar.add(entry);
        }
    }

    private static Kind kind(TreeReader.Entry entry, String first) {
        return switch (entry.kind()) {
            case FOLDER -> Kind.FOLDER;
            case FILE -> first.isEmpty() ? Kind.FILE : Kind.HARD_LINK;
            case LINK -> Kind.SYMBOLIC_LINK;
            case CHARACTER_DEVICE -> Kind.CHARACTER_DEVICE;
            case BLOCK_DEVICE -> Kind.BLOCK_DEVICE;
            case FIFO -> Kind.FIFO;
            case SOCKET -> throw new IllegalStateException("a socket is no file: " + entry.path());
        };
    }

    private static Map<String, byte[]> attributes(TreeReader.Entry entry) {
        Map<String, byte[]> attributes = new TreeMap<>();
        entry.xattrs().forEach((key, value) -> {
            if (!key.startsWith("trusted.")) {
                attributes.put(key, key.equals("security.capability") ? unbound(value) : value);
            }
        });
        return attributes;
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
