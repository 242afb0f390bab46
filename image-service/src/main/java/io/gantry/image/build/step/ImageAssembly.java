package io.gantry.image.build.step;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.image.Database;
import io.gantry.image.build.core.ImageDraft;
import io.gantry.image.content.BlobReader;
import io.gantry.image.content.BlobWriter;
import io.gantry.image.registry.ManifestIntake;
import io.gantry.image.registry.core.ImageDocument;
import io.gantry.image.registry.core.ManifestDocument;
import io.gantry.image.registry.core.MediaTypes;
import io.gantry.image.registry.store.Manifests;
import io.gantry.image.registry.store.NewManifest;
import io.gantry.image.registry.store.RepositoryBlobs;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Makes images of drafts: one that a step's container can run on, and the finished one, stored and tagged as a push would. */
@Singleton
public class ImageAssembly {
    /** The repository of images without a name. */
    public static final String UNTAGGED = "untagged";
    private final Database database;
    private final BlobWriter content;
    private final BlobReader present;
    private final RepositoryBlobs blobs;
    private final ManifestIntake intake;
    private final Manifests manifests;

    @Inject
    ImageAssembly(Database database, BlobWriter content, BlobReader present, RepositoryBlobs blobs, ManifestIntake intake, Manifests manifests) {
        this.database = database;
        this.content = content;
        this.present = present;
        this.blobs = blobs;
        this.intake = intake;
        this.manifests = manifests;
    }

    /** What was stored. */
    public record Stored(Digest image, Digest manifest) {}

    /** Nobody but the build's own containers knows it by this name. */
    ResolvedImage between(String build, ImageDraft draft) {
        byte[] config = draft.toJson();
        byte[] manifest = manifest(draft.layers(), config);
        Digest digest = BlobWriter.digestOf(manifest);
        ImageRef reference = new ImageRef("build/" + build, Optional.empty(), Optional.of(digest));
        return ImageDocument.parse(config)
                .resolve(reference, digest, (ManifestDocument.Manifest) ManifestDocument.parse(manifest, MediaTypes.OCI_MANIFEST));
    }

    public Stored store(ImageDraft draft, List<ImageRef> tags) throws IOException {
        return store(draft.toJson(), draft.layers(), tags);
    }

    /** What is here already, as of a build in which nothing is new, is kept and not written again. @param layers whose blobs are here */
    public Stored store(byte[] config, List<ResolvedImage.Layer> layers, List<ImageRef> tags) throws IOException {
        byte[] manifest = manifest(layers, config);
        Digest digest = BlobWriter.digestOf(manifest);
        Map<Digest, Long> sizes = new HashMap<>(Map.of(BlobWriter.digestOf(config), (long) config.length));
        layers.forEach(layer -> sizes.put(layer.blob(), layer.size().value()));
        boolean written = sizes.keySet().stream().allMatch(blob -> present.size(blob).isPresent());
        Map<String, List<String>> lacking = new TreeMap<>(byRepository(tags));
        lacking.entrySet().removeIf(each -> written && database.await(() -> manifests.stay(each.getKey(), digest, each.getValue())));
        if (!lacking.isEmpty()) {
            content.store(new ByteArrayInputStream(config));
        }
        for (Map.Entry<String, List<String>> each : lacking.entrySet()) {
            database.await(() -> blobs.link(each.getKey(), sizes));
            NewManifest checked = intake.check(each.getKey(), manifest, MediaTypes.OCI_MANIFEST, null);
            database.await(() -> manifests.store(checked, each.getValue()));
        }
        return new Stored(BlobWriter.digestOf(config), digest);
    }

    /** Tags by the repositories in which an image has to be for them; without one it is in {@link #UNTAGGED}. */
    public static Map<String, List<String>> byRepository(List<ImageRef> tags) {
        return tags.isEmpty()
                ? Map.of(UNTAGGED, List.of())
                : tags.stream()
                        .collect(Collectors.groupingBy(
                                ImageRef::repository, TreeMap::new, Collectors.mapping(tag -> tag.tag().orElseThrow(), Collectors.toList())));
    }

    private static byte[] manifest(List<ResolvedImage.Layer> layers, byte[] config) {
        Map<String, Object> manifest = new LinkedHashMap<>();
        manifest.put("schemaVersion", 2);
        manifest.put("mediaType", MediaTypes.OCI_MANIFEST);
        manifest.put("config", descriptor(MediaTypes.OCI_CONFIG, BlobWriter.digestOf(config), new Bytes(config.length)));
        manifest.put("layers", layers.stream().map(l -> descriptor(oci(l.mediaType()), l.blob(), l.size())).toList());
        return Json.write(manifest).getBytes(StandardCharsets.UTF_8);
    }

    /** A base image may have come in Docker's form. */
    private static String oci(String mediaType) {
        if (mediaType.endsWith("gzip")) {
            return MediaTypes.OCI_LAYER_GZIP;
        }
        return mediaType.startsWith("application/vnd.docker") ? "application/vnd.oci.image.layer.v1.tar" : mediaType;
    }

    private static Map<String, Object> descriptor(String type, Digest digest, Bytes size) {
        Map<String, Object> descriptor = new LinkedHashMap<>();
        descriptor.put("mediaType", type);
        descriptor.put("digest", digest.value());
        descriptor.put("size", size.value());
        return descriptor;
    }
}
