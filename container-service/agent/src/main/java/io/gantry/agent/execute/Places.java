package io.gantry.agent.execute;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * What a container's mounts need and an image may lack, as a layer below the image's: making it in the writable layer at each start takes
 * longer than the mounts, and would be seen as a change that the container made. What the image has in the same place covers it.
 */
final class Places {
    private static final List<String> FOLDERS = List.of("proc", "sys", "dev", "etc");
    private static final List<String> FILES = List.of("etc/hostname", "etc/hosts", "etc/resolv.conf");

    private Places() {}

    static void make(Path layer) throws IOException {
        Trees.makeFolder(layer.getParent());
        makeFolder(layer);
        for (String folder : FOLDERS) {
            makeFolder(layer.resolve(folder));
        }
        for (String name : FILES) {
            Path file = layer.resolve(name);
            if (!Files.exists(file)) {
                Files.createFile(file);
            }
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        }
    }

    /** Whatever the umask. */
    private static void makeFolder(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
