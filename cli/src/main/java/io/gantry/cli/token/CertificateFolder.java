package io.gantry.cli.token;

import io.gantry.contracts.view.ClientCertificate;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/** A client's certificate where Docker's clients look for it. */
final class CertificateFolder {
    private CertificateFolder() {}

    /** Makes the folder; each file is its owner's alone. What is there goes. */
    static void write(Path folder, ClientCertificate certificate) throws IOException {
        Files.createDirectories(folder);
        file(folder.resolve("ca.pem"), certificate.authority());
        file(folder.resolve("cert.pem"), certificate.certificate());
        file(folder.resolve("key.pem"), certificate.key());
    }

    private static void file(Path file, String text) throws IOException {
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, text, StandardCharsets.US_ASCII, StandardOpenOption.WRITE);
    }
}
