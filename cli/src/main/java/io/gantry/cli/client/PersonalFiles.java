package io.gantry.cli.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;

/** What a person keeps for this program, with secrets in it. */
public final class PersonalFiles {
    private static final FileAttribute<Set<PosixFilePermission>> OWNERS_FOLDER = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final FileAttribute<Set<PosixFilePermission>> OWNERS_FILE = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private PersonalFiles() {}

    /** {@code gantry} in {@code XDG_CONFIG_HOME}, else in {@code ~/.config}. */
    public static Path folder(Map<String, String> environment) {
        String config = environment.get("XDG_CONFIG_HOME");
        return (config == null ? Path.of(environment.getOrDefault("HOME", System.getProperty("user.home")), ".config") : Path.of(config)).resolve("gantry");
    }

    /** Whole or not at all, and its owner's alone, as is its folder if there is none yet. */
    public static void write(Path file, String text) throws IOException {
        Path folder = Files.createDirectories(file.toAbsolutePath().getParent(), OWNERS_FOLDER);
        Path part = Files.createTempFile(folder, file.getFileName().toString(), ".part", OWNERS_FILE);
        try {
            Files.writeString(part, text);
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(part);
        }
    }
}
