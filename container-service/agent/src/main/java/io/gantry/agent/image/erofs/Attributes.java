package io.gantry.agent.image.erofs;

import io.gantry.kernel.files.FileFailure;
import io.gantry.kernel.syscall.Errno;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Extended attributes: which of them a file may have, as setxattr(2) and ext4 have it, and their bytes behind an inode (struct erofs_xattr_ibody_header and
 * erofs_xattr_entry).
 */
final class Attributes {
    static final String OPAQUE = "trusted.overlay.opaque";
    private static final String ACCESS = "system.posix_acl_access";
    private static final String DEFAULT = "system.posix_acl_default";
    private static final String CAPABILITY = "security.capability";
    private static final String USER = "user.";
    private static final String TRUSTED = "trusted.";
    private static final String SECURITY = "security.";

    /** struct erofs_xattr_ibody_header. */
    static final int HEADER = 12;
    private static final int LONGEST_NAME = 255;

    /** What a block of ext4 has room for is less; a header of the tar may hold more. */
    private static final int LARGEST = 32 << 10;

    private Attributes() {}

    /** @throws FileFailure as the kernel would refuse it */
    static void set(ImageNode node, String name, byte[] value, String path) throws FileFailure {
        int errno = switch (name) {
            case ACCESS -> access(node, value);
            case DEFAULT -> byDefault(node, value);
            default -> named(node, name, value);
        };
        if (errno == 0 && size(node.attributes()) > LARGEST) {
            errno = Errno.ENOSPC;
        }
        if (errno != 0) {
            throw new FileFailure("setxattr " + name, path, errno);
        }
    }

    private static int named(ImageNode node, String name, byte[] value) {
        String suffix = suffix(name);
        if (index(name) == 0) {
            return Errno.EOPNOTSUPP;
        }
        if (name.startsWith(USER) && !node.isFolder() && node.type != ImageNode.FILE) {
            return Errno.EPERM;
        }
        if (suffix.isEmpty() || name.indexOf('\0') >= 0 || name.equals(CAPABILITY) && !isCapability(value)) {
            return Errno.EINVAL;
        }
        if (name.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
            return Errno.ERANGE;
        }
        if (value.length > LARGEST) {
            return Errno.E2BIG;
        }
        node.attribute(name, value);
        return 0;
    }

    /** linux/capability.h: revision 2 has 20 bytes, revision 3 has the root of a user namespace behind them. */
    private static boolean isCapability(byte[] value) {
        return value.length == 20 && value[3] == 2 || value.length == 24 && value[3] == 3 && ByteBuffer.wrap(value).getInt(20) != -1;
    }

    private static int access(ImageNode node, byte[] value) {
        if (node.isLink()) {
            return Errno.EOPNOTSUPP;
        }
        if (value.length == 0) {
            return none(node, ACCESS);
        }
        try {
            AccessList list = AccessList.parse(value);
            node.mode = node.mode & ~0777 | list.mode();
            if (!list.plain()) {
                node.attribute(ACCESS, list.value());
                return 0;
            }
            return none(node, ACCESS);
        } catch (AccessList.Wrong e) {
            return e.errno();
        }
    }

    private static int byDefault(ImageNode node, byte[] value) {
        if (node.isLink()) {
            return Errno.EOPNOTSUPP;
        }
        if (value.length == 0) {
            return none(node, DEFAULT);
        }
        if (!node.isFolder()) {
            return Errno.EACCES;
        }
        try {
            node.attribute(DEFAULT, AccessList.parse(value).value());
            return 0;
        } catch (AccessList.Wrong e) {
            return e.errno();
        }
    }

    /** An empty list is none (posix_acl_from_xattr and set_posix_acl in the kernel), wherever there may be one. */
    private static int none(ImageNode node, String list) {
        if (node.attributes != null) {
            node.attributes.remove(list);
        }
        return 0;
    }

    /** The kernel's short form of a name's beginning; 0 for one that no file system takes. */
    private static int index(String name) {
        return switch (name) {
            case ACCESS -> 2;
            case DEFAULT -> 3;
            default -> name.startsWith(USER) ? 1 : name.startsWith(TRUSTED) ? 4 : name.startsWith(SECURITY) ? 6 : 0;
        };
    }

    private static String suffix(String name) {
        return name.equals(ACCESS) || name.equals(DEFAULT) ? "" : name.substring(name.indexOf('.') + 1);
    }

    private static int size(Map<String, byte[]> attributes) {
        int size = 0;
        for (var one : attributes.entrySet()) {
            size += padded(4 + suffix(one.getKey()).getBytes(StandardCharsets.UTF_8).length + one.getValue().length);
        }
        return size;
    }

    /** In bytes, with their header; 0 without any. A multiple of 4. */
    static int room(ImageNode node) {
        return node.attributes().isEmpty() ? 0 : HEADER + size(node.attributes());
    }

    /** So many bytes as {@link #room} says, of at least one attribute. */
    static byte[] encode(ImageNode node) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(room(node));
        out.writeBytes(new byte[HEADER]);
        node.attributes().forEach((name, value) -> {
            byte[] suffix = suffix(name).getBytes(StandardCharsets.UTF_8);
            int length = 4 + suffix.length + value.length;
            ByteBuffer entry = ByteBuffer.allocate(padded(length)).order(ByteOrder.LITTLE_ENDIAN);
            entry.put((byte) suffix.length).put((byte) index(name)).putShort((short) value.length).put(suffix).put(value);
            out.writeBytes(entry.array());
        });
        return out.toByteArray();
    }

    private static int padded(int bytes) {
        return bytes + 3 & ~3;
    }
}
