package io.gantry.container.pki;

import io.gantry.container.kept.seal.Seal;
import io.gantry.contracts.unit.CertificateLife;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.x509.GeneralName;

/**
 * Makes what an installation needs to trust itself, where it isn't there yet: {@code ca.crt}, {@code ca.key}, {@code service.crt} (with
 * the CA's certificate behind it), {@code service.key}, and {@code secrets.key}, which seals secrets at rest. Several processes may do it at a time: a file lock lets one.
 */
public final class PkiBootstrap {
    public static final String CA_CERTIFICATE = "ca.crt";
    public static final String CA_KEY = "ca.key";
    public static final String SERVICE_CERTIFICATE = "service.crt";
    public static final String SERVICE_KEY = "service.key";
    /** Seals secrets at rest. */
    public static final String SECRETS_KEY = "secrets.key";

    public static final String NODE_URI = "gantry://node/";
    public static final String SERVICE_URI = "gantry://service/";
    private static final String LITERAL = "[0-9.]+|[0-9a-fA-F:]*:[0-9a-fA-F:.]*";
    private final Path folder;
    private final Clock clock;

    public PkiBootstrap(Path folder, Clock clock) {
        this.folder = folder;
        this.clock = clock;
    }

    /**
     * The services' certificate is made anew, too, when it has to say more names or a third of its life is left.
     *
     * @param names addresses and DNS names of the services beside the loopback's; those of an earlier call stay
     */
    public void ensure(List<String> names) throws IOException {
        Files.createDirectories(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        try (var channel = FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                var _ = channel.lock()) {
            Instant now = clock.instant();
            if (!Files.exists(folder.resolve(CA_CERTIFICATE))) {
                KeyPair keys = newKeys();
                PemFiles.write(folder.resolve(CA_KEY), PemFiles.encode(keys.getPrivate()));
                PemFiles.write(
                        folder.resolve(CA_CERTIFICATE), PemFiles.encode(CertificateAuthority.create(keys, now).certificate()));
            }
            if (!Files.exists(folder.resolve(SECRETS_KEY))) {
                byte[] key = new byte[Seal.KEY_BYTES];
                new SecureRandom().nextBytes(key);
                PemFiles.write(folder.resolve(SECRETS_KEY), Base64.getEncoder().encodeToString(key) + "\n");
            }
            Optional<X509Certificate> present = present();
            Set<String> wanted = new LinkedHashSet<>(List.of("localhost", "127.0.0.1"));
            Set<String> known = present.isPresent() ? names(present.get()) : Set.of();
            wanted.addAll(known);
            wanted.addAll(names);
            if (!known.containsAll(wanted) || present.isPresent() && !CertificateLife.of(present.get()).due().isAfter(now)) {
                issueService(present, List.copyOf(wanted), now);
            }
        }
    }

    /** @param present its key stays, so that the two files belong together at any time */
    private void issueService(Optional<X509Certificate> present, List<String> names, Instant now) throws IOException {
        CertificateAuthority authority = CertificateAuthority.load(folder);
        List<GeneralName> general = new ArrayList<>();
        for (String name : names) {
            general.add(new GeneralName(name.matches(LITERAL) ? GeneralName.iPAddress : GeneralName.dNSName, name));
        }
        PublicKey holder;
        if (present.isPresent()) {
            holder = present.get().getPublicKey();
        } else {
            KeyPair keys = newKeys();
            PemFiles.write(folder.resolve(SERVICE_KEY), PemFiles.encode(keys.getPrivate()));
            holder = keys.getPublic();
        }
        X509Certificate certificate = authority.issue("gantry control plane", holder, SERVICE_URI + "control", general, now);
        PemFiles.write(
                folder.resolve(SERVICE_CERTIFICATE), PemFiles.encode(certificate) + PemFiles.encode(authority.certificate()));
    }

    /** The services' certificate, if they have its key. */
    private Optional<X509Certificate> present() throws IOException {
        Path file = folder.resolve(SERVICE_CERTIFICATE);
        return Files.exists(file) && Files.exists(folder.resolve(SERVICE_KEY)) ? Optional.of(PemFiles.certificate(file)) : Optional.empty();
    }

    private Set<String> names(X509Certificate certificate) throws IOException {
        Set<String> names = new LinkedHashSet<>();
        try {
            for (List<?> name : certificate.getSubjectAlternativeNames()) {
                if (!name.get(1).toString().startsWith(SERVICE_URI)) {
                    names.add(name.get(1).toString());
                }
            }
        } catch (CertificateParsingException e) {
            throw new IOException(folder.resolve(SERVICE_CERTIFICATE) + " can't be read", e);
        }
        return names;
    }

    static KeyPair newKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no P-256", e);
        }
    }
}
