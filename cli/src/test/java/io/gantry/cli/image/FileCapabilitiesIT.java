package io.gantry.cli.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.tar.TarEntry;
import io.gantry.contracts.tar.TarReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** As root, who alone may give them. */
class FileCapabilitiesIT {
    /** {@code cap_net_bind_service=ep}, as {@code setcap} writes it. */
    private static final byte[] MAY_BIND = HexFormat.of().parseHex("0100000200040000000000000000000000000000");

    @TempDir Path folder;

    @Test
    void aProgramIsSentWithThoseThatItHas() throws Throwable {
        Files.writeString(folder.resolve("Dockerfile"), "FROM x\n");
        program("ser\u00e7er");
        program("plain");
        give(folder.resolve("ser\u00e7er"), MAY_BIND);

        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        new BuildContext(folder, "Dockerfile").writeTo(tar);

        Map<String, Map<String, byte[]>> sent = new TreeMap<>();
        TarReader in = new TarReader(new ByteArrayInputStream(tar.toByteArray()));
        for (var next = in.next(); next.isPresent(); next = in.next()) {
            TarEntry entry = next.get();
            sent.put(entry.name(), entry.xattrs());
        }
        assertThat(sent).containsOnlyKeys("Dockerfile", "plain", "ser\u00e7er");
        assertThat(sent.get("ser\u00e7er")).containsOnlyKeys("security.capability").containsEntry("security.capability", MAY_BIND);
        assertThat(sent.get("plain")).isEmpty();
        assertThat(FileCapabilities.of(Path.of("/proc/self/exe"))).as("a file system that keeps none").isEmpty();
    }

    private void program(String name) throws Exception {
        Files.setPosixFilePermissions(Files.writeString(folder.resolve(name), "#!"), PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static void give(Path file, byte[] capabilities) throws Throwable {
        var set = Linker.nativeLinker().downcallHandle(
                Linker.nativeLinker().defaultLookup().findOrThrow("lsetxattr"),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocateFrom(ValueLayout.JAVA_BYTE, capabilities);
            assertThat((int) set.invokeExact(arena.allocateFrom(file.toString()), arena.allocateFrom("security.capability"), value, (long) capabilities.length, 0)).isZero();
        }
    }
}
