package io.gantry.agent.execute;

import io.gantry.kernel.files.TreeRemover;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Folder trees on the host. */
final class Trees {
    private Trees() {}

    static void makeFolder(Path folder) {
        try {
            Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One that everybody may look into who comes that far; its parent is there. */
    static void makeOpenFolder(Path folder) {
        try {
            if (!Files.isDirectory(folder)) {
                Files.createDirectory(folder);
                Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Removes all of it, links as links; nothing if there is nothing. */
    static void delete(Path root) {
        try {
            TreeRemover.remove(root);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
