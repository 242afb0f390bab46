package io.gantry.image.pki;

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
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
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

    /** TLS as the service, towards the node that has the identity {@code gantry://node/<node>} and nobody else. */
    public SSLContext contextFor(String node) throws IOException {
        try {
            KeyStore own = KeyStore.getInstance("PKCS12");
            own.load(null, null);
            own.setKeyEntry("service", privateKey(), new char[0], certificates(certificate()).toArray(Certificate[]::new));
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(own, new char[0]);
            SSLContext context = SSLContext.getInstance("TLS");
            TrustManager trust = new NodeTrust(certificates(authority()), "gantry://node/" + node);
            context.init(keys.getKeyManagers(), new TrustManager[] {trust}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("the certificates in " + folder + " can't be used", e);
        }
    }

    private PrivateKey privateKey() throws IOException, GeneralSecurityException {
        String body = Files.readString(key()).replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
        return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(body)));
    }

    private static Collection<? extends Certificate> certificates(Path file) throws IOException, GeneralSecurityException {
        try (InputStream in = Files.newInputStream(file)) {
            return CertificateFactory.getInstance("X.509").generateCertificates(in);
        }
    }
}
