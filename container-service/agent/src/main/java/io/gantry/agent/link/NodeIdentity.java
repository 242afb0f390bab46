package io.gantry.agent.link;

import io.gantry.agent.disk.WholeFile;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.link.RenewableKeys;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/** Who this node is, and how it proves it: {@code node.id}, {@code node.key}, {@code node.crt}, {@code ca.crt} and {@code service}. */
public record NodeIdentity(NodeId node, String service, Path folder) {
    private static final String ID = "node.id";

    /** Empty before the node has joined. */
    public static Optional<NodeIdentity> load(Path folder) throws IOException {
        Path id = folder.resolve(ID);
        return Files.exists(id)
                ? Optional.of(new NodeIdentity(
                        new NodeId(Files.readString(id).strip()), Files.readString(folder.resolve("service")).strip(), folder))
                : Optional.empty();
    }

    /** @param service {@code host:port} of the node link */
    static NodeIdentity save(Path folder, NodeId node, String service, String key, String certificate, String ca)
            throws IOException {
        Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        write(folder.resolve("node.key"), key);
        write(folder.resolve("node.crt"), certificate);
        write(folder.resolve("ca.crt"), ca);
        write(folder.resolve("service"), service);
        // last: where it exists, all of it does
        write(folder.resolve(ID), node.value());
        return new NodeIdentity(node, service, folder);
    }

    /** The same, dialling elsewhere; what is kept stays. */
    public NodeIdentity at(String otherService) {
        return new NodeIdentity(node, otherService, folder);
    }

    public Path key() {
        return folder.resolve("node.key");
    }

    public Path certificate() {
        return folder.resolve("node.crt");
    }

    public Path authority() {
        return folder.resolve("ca.crt");
    }

    /** With whatever certificate the node has at each handshake. @throws UncheckedIOException if its files can't be used */
    public KeyCertOptions keyCertOptions() {
        return KeyCertOptions.wrap(keys());
    }

    RenewableKeys keys() {
        try {
            return new RenewableKeys(certificate(), key());
        } catch (IOException e) {
            throw new UncheckedIOException("this node can't prove who it is: " + e.getMessage(), e);
        }
    }

    /** The same key's next certificate. */
    void renew(String pem) throws IOException {
        write(certificate(), pem);
    }

    public PemTrustOptions trustOptions() {
        return new PemTrustOptions().addCertPath(authority().toString());
    }

    private static void write(Path file, String text) throws IOException {
        WholeFile.replace(file, text, WholeFile.Sync.DISK, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }
}
