package io.gantry.image.report;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.tar.TarEntry;
import io.gantry.contracts.tar.TarWriter;
import io.gantry.contracts.unit.Digest;
import io.gantry.image.content.BlobWriter;
import io.gantry.image.fixture.RegistryClient;
import io.gantry.image.fixture.SampleImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/** An image of several layers, made by hand. */
public final class LayeredImage {
    private static final String OCI = "application/vnd.oci.image.manifest.v1+json";
    private final List<byte[]> tars = new ArrayList<>();
    private final List<byte[]> blobs = new ArrayList<>();
    private final List<Map<String, Object>> history = new ArrayList<>();
    private final Map<String, Object> config = new LinkedHashMap<>();
    private String created = SampleImage.TIME.toString();

    /** Of one layer: folders end in a slash, links begin with "-> ". */
    public static final class Layer {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private final TarWriter tar = new TarWriter(out);

        public Layer file(String path, int mode, byte[] content) {
            try {
                tar.add(TarEntry.file(path, mode, 0, 0, content.length, SampleImage.TIME), new ByteArrayInputStream(content));
                return this;
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        public Layer file(String path, String content) {
            return file(path, 0644, content.getBytes(StandardCharsets.UTF_8));
        }

        /** So many bytes, which are others in each path. */
        public Layer file(String path, int size) {
            byte[] content = new byte[size];
            byte[] name = path.getBytes(StandardCharsets.UTF_8);
            System.arraycopy(name, 0, content, 0, Math.min(size, name.length));
            return file(path, 0644, content);
        }

        public Layer program(String path) {
            return file(path, 0755, ("\177ELF\0" + path).getBytes(StandardCharsets.UTF_8));
        }

        public Layer link(String path, String target) {
            try {
                tar.add(TarEntry.link(path, target, 0, 0, SampleImage.TIME));
                return this;
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        public byte[] tar() {
            try {
                tar.close();
                return out.toByteArray();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    public LayeredImage layer(String madeBy, Layer layer) throws IOException {
        return layer(madeBy, layer.tar());
    }

    public LayeredImage layer(String madeBy, byte[] tar) throws IOException {
        tars.add(tar);
        blobs.add(gzip(tar));
        history.add(Map.of("created", created, "created_by", madeBy));
        return this;
    }

    /** A step that changes the configuration alone. */
    public LayeredImage step(String madeBy) {
        history.add(Map.of("created", created, "created_by", madeBy, "empty_layer", true));
        return this;
    }

    /** As in a configuration: {@code Env}, {@code ExposedPorts}, … */
    public LayeredImage with(String field, Object value) {
        config.put(field, value);
        return this;
    }

    public LayeredImage made(Instant at) {
        created = at.toString();
        return this;
    }

    public byte[] blob(int layer) {
        return blobs.get(layer);
    }

    public byte[] configuration() {
        return Json.write(Map.of(
                        "architecture", "amd64", "os", "linux", "created", created, "config", config, "history", history,
                        "rootfs", Map.of("type", "layers", "diff_ids", tars.stream().map(tar -> BlobWriter.digestOf(tar).value()).toList())))
                .getBytes(StandardCharsets.UTF_8);
    }

    public byte[] manifest() {
        return Json.write(Map.of(
                        "schemaVersion", 2, "mediaType", OCI, "config", SampleImage.descriptor("application/vnd.oci.image.config.v1+json", configuration()),
                        "layers", blobs.stream().map(blob -> SampleImage.descriptor("application/vnd.oci.image.layer.v1.tar+gzip", blob)).toList()))
                .getBytes(StandardCharsets.UTF_8);
    }

    public Digest digest() {
        return BlobWriter.digestOf(manifest());
    }

    public void push(RegistryClient registry, String repository, String tag) throws IOException, InterruptedException {
        for (byte[] blob : blobs) {
            registry.pushBlob(repository, blob);
        }
        registry.pushBlob(repository, configuration());
        var response = registry.pushManifest(repository, tag, manifest());
        if (response.statusCode() != 201) {
            throw new IOException(response.statusCode() + " " + new String(response.body()));
        }
    }

    static byte[] gzip(byte[] data) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(data);
        }
        return packed.toByteArray();
    }
}
