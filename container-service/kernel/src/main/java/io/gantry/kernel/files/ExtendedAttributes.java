package io.gantry.kernel.files;

import com.sun.jna.LastErrorException;
import io.gantry.kernel.syscall.Errno;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** A file's extended attributes, of a link its own. Values are bytes. */
public final class ExtendedAttributes {
    private static final int NAMES_MAX = 65_536;

    private ExtendedAttributes() {}

    /** Sorted by name; empty where the file system has none. */
    public static Map<String, byte[]> of(Path path) throws FileFailure {
        try {
            byte[] names = new byte[NAMES_MAX];
            int length = (int) LibCFiles.llistxattr(path.toString(), names, names.length);
            Map<String, byte[]> attributes = new TreeMap<>();
            if (length > 0) {
                for (String name : new String(names, 0, length, StandardCharsets.UTF_8).split("\0")) {
                    attributes.put(name, value(path.toString(), name));
                }
            }
            return attributes;
        } catch (LastErrorException e) {
            if (e.getErrorCode() == Errno.EOPNOTSUPP) {
                return Map.of();
            }
            throw new FileFailure("listxattr", path.toString(), e.getErrorCode());
        }
    }

    private static byte[] value(String path, String name) throws FileFailure {
        for (int size = 256; ; size *= 16) {
            byte[] value = new byte[size];
            try {
                return Arrays.copyOf(value, (int) LibCFiles.lgetxattr(path, name, value, size));
            } catch (LastErrorException e) {
                if (e.getErrorCode() != Errno.ERANGE || size > NAMES_MAX) {
                    throw new FileFailure("getxattr " + name, path, e.getErrorCode());
                }
            }
        }
    }
}
