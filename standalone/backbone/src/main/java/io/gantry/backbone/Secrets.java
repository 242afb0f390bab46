package io.gantry.backbone;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Properties;

/**
 * The installation's own passwords, made at the first start and kept in a properties file that only its owner can read. The
 * services read the same file as configuration.
 */
final class Secrets {
    /** Each has a role {@code gantry_<name>} and a schema {@code <name>}. */
    static final List<String> SERVICES = List.of("image", "container", "network", "scheduler", "gateway");

    private static final String PASSWORD = "gantry.postgres.password.";
    private final Properties values;

    private Secrets(Properties values) {
        this.values = values;
    }

    static Secrets readOrCreate(Path file) throws IOException {
        Properties values = new Properties();
        if (Files.exists(file)) {
            try (Reader in = Files.newBufferedReader(file)) {
                values.load(in);
            }
            return new Secrets(values);
        }
        SecureRandom random = new SecureRandom();
        values.setProperty(PASSWORD + "superuser", secret(random));
        SERVICES.forEach(service -> values.setProperty(PASSWORD + service, secret(random)));
        values.setProperty("gantry.service-token", secret(random));
        Path part = file.resolveSibling(file.getFileName() + ".part");
        Files.deleteIfExists(part);
        Files.createFile(part, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (Writer out = Files.newBufferedWriter(part, StandardOpenOption.WRITE)) {
            values.store(out, "Gantry's own passwords on this machine");
        }
        Files.move(part, file);
        return new Secrets(values);
    }

    String passwordOf(String owner) {
        return values.getProperty(PASSWORD + owner);
    }

    private static String secret(SecureRandom random) {
        byte[] bytes = new byte[24];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
