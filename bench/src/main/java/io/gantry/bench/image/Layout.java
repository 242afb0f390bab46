package io.gantry.bench.image;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.contracts.envelope.Json;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/**
 * An image as an OCI layout in a folder, its layers pressed by gzip.
 *
 * @param layers how many bytes each has as it goes over the wire, the lowest first
 */
public record Layout(Path folder, List<Long> layers) {
    private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    private static final String LAYER = "application/vnd.oci.image.layer.v1.tar+gzip";

    /** What stands in a layer: a tar. */
    private interface Tar {
        void write(OutputStream out) throws IOException;
    }

    private record Blob(String digest, String content, long size) {}

    /** @param base a tar of what lies below: something to run */
    public static Layout make(Path folder, Path base, List<Contents> contents) throws IOException {
        Path blobs = Files.createDirectories(folder.resolve("blobs/sha256"));
        List<Blob> layers = new ArrayList<>();
        layers.add(layer(blobs, out -> Files.copy(base, out)));
        for (Contents one : contents) {
            layers.add(layer(blobs, one::write));
        }
        ObjectNode config = Json.mapper().createObjectNode().put("architecture", "amd64").put("os", "linux");
        config.putObject("config").putArray("Cmd").add("sh");
        ArrayNode ids = config.putObject("rootfs").put("type", "layers").putArray("diff_ids");
        ObjectNode manifest = Json.mapper().createObjectNode().put("schemaVersion", 2).put("mediaType", MANIFEST);
        for (Blob layer : layers) {
            ids.add(layer.content());
        }
        Blob configured = document(blobs, config);
        describe(manifest.putObject("config"), "application/vnd.oci.image.config.v1+json", configured);
        ArrayNode listed = manifest.putArray("layers");
        layers.forEach(layer -> describe(listed.addObject(), LAYER, layer));
        ObjectNode index = Json.mapper().createObjectNode().put("schemaVersion", 2);
        describe(index.putArray("manifests").addObject(), MANIFEST, document(blobs, manifest));
        Files.writeString(folder.resolve("index.json"), index.toString());
        Files.writeString(folder.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
        return new Layout(folder, layers.stream().map(Blob::size).toList());
    }

    /** The largest of its layers. */
    public Path largest() throws IOException {
        try (var files = Files.list(folder.resolve("blobs/sha256"))) {
            return files.max(Comparator.comparing(file -> file.toFile().length())).orElseThrow();
        }
    }


    private static Blob layer(Path blobs, Tar tar) throws IOException {
        MessageDigest pressed = sha256();
        MessageDigest content = sha256();
        Path part = blobs.resolve("part");
        try (OutputStream file = new DigestOutputStream(Files.newOutputStream(part), pressed);
                OutputStream out = new BufferedOutputStream(new DigestOutputStream(new GZIPOutputStream(file, 1 << 16), content), 1 << 16)) {
            tar.write(out);
        }
        String digest = hex(pressed);
        Files.move(part, blobs.resolve(digest), StandardCopyOption.REPLACE_EXISTING);
        return new Blob("sha256:" + digest, "sha256:" + hex(content), Files.size(blobs.resolve(digest)));
    }

    private static Blob document(Path blobs, ObjectNode document) throws IOException {
        byte[] bytes = document.toString().getBytes(StandardCharsets.UTF_8);
        MessageDigest digest = sha256();
        digest.update(bytes);
        String hex = hex(digest);
        Files.write(blobs.resolve(hex), bytes);
        return new Blob("sha256:" + hex, "", bytes.length);
    }

    private static void describe(ObjectNode descriptor, String type, Blob blob) {
        descriptor.put("mediaType", type).put("digest", blob.digest()).put("size", blob.size());
    }

    private static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
