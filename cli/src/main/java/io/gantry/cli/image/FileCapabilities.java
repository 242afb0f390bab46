package io.gantry.cli.image;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Map;

/** What a program may do beyond who runs it: the one extended attribute that images have, as the kernel keeps it (capabilities(7), "File capability extended attribute versioning"). */
final class FileCapabilities {
    private static final String NAME = "security.capability";

    /** {@code struct vfs_ns_cap_data}, linux/capability.h */
    private static final int MOST = 24;

    /** xattr(7), Linux 2.6 and later. */
    private static final MethodHandle LGETXATTR = Linker.nativeLinker().downcallHandle(
            Linker.nativeLinker().defaultLookup().findOrThrow("lgetxattr"),
            FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG));

    private FileCapabilities() {}

    /** As a tar has them; empty where a file has none, or its file system can't keep any. */
    static Map<String, byte[]> of(Path file) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(MOST);
            long size = (long) LGETXATTR.invokeExact(arena.allocateFrom(file.toString()), arena.allocateFrom(NAME), value, (long) MOST);
            return size <= 0 ? Map.of() : Map.of(NAME, value.asSlice(0, size).toArray(ValueLayout.JAVA_BYTE));
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IOException(e);
        }
    }
}
