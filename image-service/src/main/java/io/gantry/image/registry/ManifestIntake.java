package io.gantry.image.registry;

import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.image.Database;
import io.gantry.image.content.BlobReader;
import io.gantry.image.content.BlobWriter;
import io.gantry.image.registry.core.ImageDocument;
import io.gantry.image.registry.core.ManifestDocument;
import io.gantry.image.registry.core.MediaTypes;
import io.gantry.image.registry.core.RegistryRefusal;
import io.gantry.image.registry.core.RegistryRefusal.Code;
import io.gantry.image.registry.store.ManifestRow;
import io.gantry.image.registry.store.Manifests;
import io.gantry.image.registry.store.NewManifest;
import io.gantry.image.registry.store.OtherNames;
import io.gantry.image.registry.store.RepositoryBlobs;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Checks a manifest before it is stored: well-formed, its digest right, everything it needs here. Waits; not for event loops. */
@Singleton
public class ManifestIntake {
    /** The distribution spec lets registries refuse larger manifests. */
    public static final int LIMIT = 4 << 20;

    private static final int CONFIG_LIMIT = 8 << 20;
    private final Database database;
    private final RepositoryBlobs blobs;
    private final Manifests manifests;
    private final OtherNames otherNames;
    private final BlobReader content;

    @Inject
    ManifestIntake(Database database, RepositoryBlobs blobs, Manifests manifests, OtherNames otherNames, BlobReader content) {
        this.database = database;
        this.blobs = blobs;
        this.manifests = manifests;
        this.otherNames = otherNames;
        this.content = content;
    }

    /** @param expected the digest it was announced with, or {@code null} */
    public NewManifest check(String repository, byte[] body, String contentType, Digest expected) throws IOException {
        if (body.length > LIMIT) {
            throw RegistryRefusal.tooLarge("a manifest has at most " + LIMIT + " bytes", "more than " + LIMIT);
        }
        Digest digest = BlobWriter.digestOf(body);
        if (expected != null && !expected.equals(digest)) {
            throw new RegistryRefusal(Code.DIGEST_INVALID, "the manifest's digest is " + digest, expected);
        }
        Map<String, Digest> names = database.await(() -> otherNames.meant(ManifestDocument.otherNames(body)));
        ManifestDocument document = ManifestDocument.parse(body, contentType, names);
        return switch (document) {
            case ManifestDocument.Manifest manifest -> manifest(repository, digest, body, manifest, names);
            case ManifestDocument.Index index -> index(repository, digest, body, index, names, index.parts());
        };
    }

    /** Of an index whose image for our platform is here, and perhaps no other: it was pulled for that one. */
    public NewManifest checkSparse(String repository, byte[] body, String contentType, Digest digest) {
        ManifestDocument.Index index = (ManifestDocument.Index) ManifestDocument.parse(body, contentType);
        return index(repository, digest, body, index, Map.of(), index.forOurPlatform().stream().map(ManifestDocument.Descriptor::digest).toList());
    }

    private NewManifest manifest(String repository, Digest digest, byte[] body, ManifestDocument.Manifest manifest, Map<String, Digest> names)
            throws IOException {
        Map<Digest, Long> known = database.await(() -> blobs.sizes(repository, manifest.parts()));
        List<Digest> needed = new ArrayList<>(manifest.parts());
        manifest.layers().stream().filter(layer -> MediaTypes.isLayerOfOthers(layer.mediaType()) && !known.containsKey(layer.digest()) && !layer.digest().equals(manifest.config().digest())).forEach(absent -> needed.remove(absent.digest()));
        requireAll(repository, needed, List.copyOf(known.keySet()));
        for (ManifestDocument.Descriptor layer : manifest.layers()) {
            if (known.containsKey(layer.digest()) && layer.size() != known.get(layer.digest())) {
                throw new RegistryRefusal(
                        Code.SIZE_INVALID, "the layer has " + known.get(layer.digest()) + " bytes, not " + layer.size(), layer.digest());
            }
        }
        if (!manifest.isImage() || !names.isEmpty() || needed.size() < manifest.parts().size()) {
            return new NewManifest(repository, digest, body, manifest, names, needed, Optional.empty(), List.of());
        }
        ImageDocument config = ImageDocument.parse(config(repository, manifest.config().digest()));
        if (!config.isOf(manifest)) {
            return new NewManifest(repository, digest, body, manifest, names, manifest.parts(), Optional.empty(), List.of());
        }
        ResolvedImage image = config.resolve(reference(repository, digest), digest, manifest);
        return new NewManifest(repository, digest, body, manifest, names, manifest.parts(), Optional.of(image), config.history());
    }

    private byte[] config(String repository, Digest digest) throws IOException {
        try {
            return content.small(digest, CONFIG_LIMIT);
        } catch (NoSuchFileException e) {
            throw lacks(repository, digest);
        }
    }

    private NewManifest index(String repository, Digest digest, byte[] body, ManifestDocument.Index index, Map<String, Digest> names, List<Digest> needed) {
        List<Digest> known = database.await(() -> manifests.known(repository, needed)).stream().map(Digest::new).toList();
        requireAll(repository, needed, known);
        Optional<ManifestRow> ours =
                index.forOurPlatform().flatMap(child -> database.await(() -> manifests.find(repository, child.digest())));
        Optional<ResolvedImage> image =
                ours.filter(_ -> names.isEmpty())
                        .flatMap(ManifestRow::image)
                        .map(i -> new ResolvedImage(
                                reference(repository, digest), digest, i.id(), i.config(), i.layers(), i.architecture(), i.size(),
                                i.created()));
        return new NewManifest(repository, digest, body, index, names, needed, image, ours.map(ManifestRow::history).orElse(List.of()));
    }

    private static void requireAll(String repository, List<Digest> parts, List<Digest> known) {
        parts.stream().filter(part -> !known.contains(part)).findFirst().ifPresent(missing -> {
            throw lacks(repository, missing);
        });
    }

    private static RegistryRefusal lacks(String repository, Digest missing) {
        return new RegistryRefusal(Code.MANIFEST_BLOB_UNKNOWN, repository + " lacks something that the manifest needs", missing);
    }

    private static ImageRef reference(String repository, Digest digest) {
        return new ImageRef(repository, Optional.empty(), Optional.of(digest));
    }
}
