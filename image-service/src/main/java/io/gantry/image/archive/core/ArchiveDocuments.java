package io.gantry.image.archive.core;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.image.registry.core.ManifestDocument;
import io.gantry.image.registry.core.MediaTypes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;

/**
 * What stands in an archive beside the blobs: an OCI layout (image-spec, "OCI Image Layout Specification") and Docker's {@code manifest.json}, about
 * the same blobs.
 */
public final class ArchiveDocuments {
    /** Where both forms find a blob. */
    public static final String BLOBS = "blobs/sha256/";
    static final String REF_NAME = "org.opencontainers.image.ref.name";
    static final String IMAGE_NAME = "io.containerd.image.name";

    private ArchiveDocuments() {}

    /**
     * One image of an archive.
     *
     * @param body of its manifest, as its digest has it
     * @param tags may be empty
     */
    public record Packed(Digest digest, byte[] body, ManifestDocument.Manifest manifest, List<ImageRef> tags) {}

    /** By name, in the order in which they are written. */
    public static SequencedMap<String, byte[]> of(List<Packed> images) {
        SequencedMap<String, byte[]> files = new LinkedHashMap<>();
        files.put("oci-layout", bytes(Map.of("imageLayoutVersion", "1.0.0")));
        files.put("index.json", index(images));
        files.put("manifest.json", bytes(images.stream().map(ArchiveDocuments::docker).toList()));
        return files;
    }

    /** Configurations and layers, each once. */
    public static SequencedSet<Digest> blobs(List<Packed> images) {
        SequencedSet<Digest> all = new LinkedHashSet<>();
        images.forEach(image -> all.addAll(image.manifest().parts()));
        return all;
    }

    public static String path(Digest digest) {
        return BLOBS + digest.hex();
    }

    private static byte[] index(List<Packed> images) {
        List<Map<String, Object>> manifests = new ArrayList<>();
        for (Packed image : images) {
            if (image.tags().isEmpty()) {
                manifests.add(descriptor(image));
            }
            for (ImageRef tag : image.tags()) {
                Map<String, Object> descriptor = descriptor(image);
                descriptor.put("annotations", Map.of(IMAGE_NAME, tag.toString(), REF_NAME, tag.tag().orElseThrow()));
                manifests.add(descriptor);
            }
        }
        Map<String, Object> index = new LinkedHashMap<>();
        index.put("schemaVersion", 2);
        index.put("mediaType", MediaTypes.OCI_INDEX);
        index.put("manifests", manifests);
        return bytes(index);
    }

    private static Map<String, Object> descriptor(Packed image) {
        Map<String, Object> descriptor = new LinkedHashMap<>();
        descriptor.put("mediaType", image.manifest().mediaType());
        descriptor.put("digest", image.digest().value());
        descriptor.put("size", image.body().length);
        return descriptor;
    }

    private static Map<String, Object> docker(Packed image) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("Config", path(image.manifest().config().digest()));
        entry.put("RepoTags", image.tags().isEmpty() ? null : image.tags().stream().map(ImageRef::toString).toList());
        entry.put("Layers", image.manifest().layers().stream().map(layer -> path(layer.digest())).toList());
        return entry;
    }

    private static byte[] bytes(Object document) {
        return Json.write(document).getBytes(StandardCharsets.UTF_8);
    }
}
