package io.gantry.container.kept.store;

import io.gantry.container.kept.seal.Seal;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * The key that secrets are sealed by, in a file beside the installation's other keys: {@code gantry.secrets.key}, base64. Read when it is first
 * needed; without it no secret is kept or given, and everything else works.
 */
@Singleton
class SealFile {
    private static final Set<PosixFilePermission> TOO_MUCH =
            EnumSet.of(PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE, PosixFilePermission.GROUP_WRITE);
    private final Path file;
    private Seal seal;

    @Inject
    SealFile(@ConfigProperty(name = "gantry.secrets.key") Path file) {
        this.file = file;
    }

    /** @throws IllegalStateException saying what is wrong with the file, and never what is in it */
    synchronized Seal seal() {
        if (seal == null) {
            seal = read();
        }
        return seal;
    }

    private Seal read() {
        try {
            if (Files.getPosixFilePermissions(file).stream().anyMatch(TOO_MUCH::contains)) {
                throw new IllegalStateException("others can read or write " + file + ", which seals the secrets: chmod 600 it");
            }
            return new Seal(Base64.getDecoder().decode(Files.readString(file).strip()));
        } catch (NoSuchFileException e) {
            throw new IllegalStateException("there is no " + file + ", which seals the secrets: put back the one they were sealed by, or make one (openssl rand -base64 32)", e);
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(file + " is no key: it has " + Seal.KEY_BYTES + " bytes in base64", e);
        } catch (IOException e) {
            throw new IllegalStateException(file + ", which seals the secrets, can't be read: " + e.getMessage(), e);
        }
    }
}
