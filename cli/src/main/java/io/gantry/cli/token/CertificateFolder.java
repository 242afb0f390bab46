package io.gantry.cli.token;

import io.gantry.cli.client.PersonalFiles;
import io.gantry.contracts.view.ClientCertificate;
import java.io.IOException;
import java.nio.file.Path;

/** A client's certificate where Docker's clients look for it. */
final class CertificateFolder {
    private CertificateFolder() {}

    /** Makes the folder; each file is its owner's alone. What is there goes. */
    static void write(Path folder, ClientCertificate certificate) throws IOException {
        PersonalFiles.write(folder.resolve("ca.pem"), certificate.authority());
        PersonalFiles.write(folder.resolve("cert.pem"), certificate.certificate());
        PersonalFiles.write(folder.resolve("key.pem"), certificate.key());
    }
}
