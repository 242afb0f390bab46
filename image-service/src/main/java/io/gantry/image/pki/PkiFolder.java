package io.gantry.image.pki;

import io.gantry.contracts.link.RenewableKeys;
import io.vertx.core.net.KeyCertOptions;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchService;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** {@code gantry.pki.dir}: {@code ca.crt}, {@code service.crt} and {@code service.key}, made at the installation's first start. */
@Singleton
public class PkiFolder {
    private final Path folder;

    @Inject
    PkiFolder(@ConfigProperty(name = "gantry.pki.dir") Path folder) {
        this.folder = folder.toAbsolutePath();
    }

    public Path authority() {
        return folder.resolve("ca.crt");
    }

    public Path certificate() {
        return folder.resolve("service.crt");
    }

    public Path key() {
        return folder.resolve("service.key");
    }

    /** Returns when all three files are there. Another service may be making them now. */
    public void awaitFiles() throws IOException, InterruptedException {
        Files.createDirectories(folder);
        try (WatchService changes = FileSystems.getDefault().newWatchService()) {
            folder.register(changes, StandardWatchEventKinds.ENTRY_CREATE);
            while (!List.of(authority(), certificate(), key()).stream().allMatch(Files::exists)) {
                var signal = changes.take();
                signal.pollEvents();
                signal.reset();
            }
        }
    }

    /** With whatever certificate the folder holds at each handshake. */
    public KeyCertOptions keyCertOptions() throws IOException {
        return KeyCertOptions.wrap(keys());
    }

    /** TLS as the service, towards nodes. */
    SSLContext towardsNodes() throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {keys()}, new TrustManager[] {new NodeTrust(certificates(authority()))}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("the certificates in " + folder + " can't be used", e);
        }
    }

    private RenewableKeys keys() throws IOException {
        return new RenewableKeys(certificate(), key());
    }

    private static Collection<? extends Certificate> certificates(Path file) throws IOException, GeneralSecurityException {
        try (InputStream in = Files.newInputStream(file)) {
            return CertificateFactory.getInstance("X.509").generateCertificates(in);
        }
    }
}
