package io.gantry.agent.image.erofs;

import static io.gantry.kernel.syscall.LinuxHeader.S_IFMT;

import io.gantry.kernel.files.TreeReader.Kind;
import io.gantry.kernel.files.TreeWriter.Meta;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** One file of an image, under as many names as it has. */
final class ImageNode {
    static final int FOLDER = 0040000;
    static final int FILE = 0100000;
    static final int LINK = 0120000;
    static final int CHARACTER_DEVICE = 0020000;
    static final int BLOCK_DEVICE = 0060000;
    static final int FIFO = 0010000;

    /** One of those above. */
    final int type;

    /** The low twelve bits. */
    int mode;

    int user;
    int group;
    long seconds;
    int nanos;
    int links;

    /** Of a file, in bytes, and where its content begins, in blocks. */
    long size;

    long block;

    /** As the kernel packs both numbers in 32 bits. */
    int device;

    /** Where a link leads; {@code null} of all else. */
    byte[] target;

    /** By full name, {@code user.note}. */
    NavigableMap<String, byte[]> attributes;

    /** Of a folder, by name: its bytes, each a character, in whose order the kernel looks for them. {@code null} of all else. */
    final NavigableMap<String, ImageNode> children;

    /** Of a folder; the root's is itself. */
    final ImageNode parent;

    private ImageNode(int type, ImageNode parent) {
        this.type = type;
        this.parent = parent == null ? this : parent;
        this.children = type == FOLDER ? new TreeMap<>() : null;
    }

    /** As the parents of what a tar names are made that it doesn't name. */
    static ImageNode folder(ImageNode parent) {
        ImageNode folder = new ImageNode(FOLDER, parent);
        folder.mode = 0755;
        return folder;
    }

    /** @param type with which a device or pipe is made, or one of those above */
    static ImageNode of(int type) {
        return new ImageNode(type & S_IFMT, null);
    }

    Kind kind() {
        return Kind.of(type);
    }

    boolean isFolder() {
        return type == FOLDER;
    }

    boolean isLink() {
        return type == LINK;
    }

    void owned(Meta meta) {
        mode = isLink() ? 0777 : meta.mode();
        user = meta.user();
        group = meta.group();
    }

    void timed(Meta meta) {
        seconds = meta.seconds();
        nanos = (int) meta.nanos();
    }

    /** In place of one of that name. */
    void attribute(String name, byte[] value) {
        if (attributes == null) {
            attributes = new TreeMap<>();
        }
        attributes.put(name, value);
    }

    Map<String, byte[]> attributes() {
        return attributes == null ? Map.of() : attributes;
    }
}
