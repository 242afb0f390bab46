package io.gantry.image.archive;

import io.gantry.contracts.event.ImageEvent;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.spec.Scope;
import io.gantry.contracts.tar.TarFailure;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.image.Database;
import io.gantry.image.ImageSettings;
import io.gantry.image.archive.core.ArchiveDocuments;
import io.gantry.image.archive.core.LoadPlan;
import io.gantry.image.build.step.ImageAssembly;
import io.gantry.image.content.BlobPaths;
import io.gantry.image.content.BlobReader;
import io.gantry.image.content.BlobWriter;
import io.gantry.image.content.Scratch;
import io.gantry.image.layer.tar.LayerStore;
import io.gantry.image.reference.store.ImageNews;
import io.gantry.image.reference.store.Scoped;
import io.gantry.image.registry.ManifestIntake;
import io.gantry.image.registry.core.ImageDocument;
import io.gantry.image.registry.core.ManifestDocument;
import io.gantry.image.registry.store.Manifests;
import io.gantry.image.registry.store.RepositoryBlobs;
import io.gantry.kit.problem.Refused;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Takes images out of an archive, whole or not at all each: what it says of itself is checked before anything is kept. Waits; not for event loops.
 */
@Singleton
public class ArchiveLoader {
    /** Who hears what happens. Calls may wait. */
    public interface Hearer {
        void layer(Digest layer, long size);

        /** @param tags may be empty */
        void loaded(Digest id, List<ImageRef> tags);
    }

    private static final int CONFIG_LIMIT = 8 << 20;

    private final Database database;
    private final BlobPaths paths;
    private final BlobReader blobs;
    private final BlobWriter content;
    private final RepositoryBlobs repositories;
    private final ManifestIntake intake;
    private final Manifests manifests;
    private final LayerStore layers;
    private final ImageAssembly assembly;
    private final ImageNews news;
    private final Scoped scoped;
    private final Bytes most;

    @Inject
    ArchiveLoader(
            Database database, BlobPaths paths, BlobReader blobs, BlobWriter content, RepositoryBlobs repositories, ManifestIntake intake,
            Manifests manifests, LayerStore layers, ImageAssembly assembly, ImageNews news, Scoped scoped, ImageSettings settings) {
        this.database = database;
        this.paths = paths;
        this.blobs = blobs;
        this.content = content;
        this.repositories = repositories;
        this.intake = intake;
        this.manifests = manifests;
        this.layers = layers;
        this.assembly = assembly;
        this.news = news;
        this.scoped = scoped;
        this.most = Bytes.parse(settings.archiveLimit());
    }

    /** @param scope within which they come to be: each then bears its label, and has by that another id than in the archive */
    public void load(InputStream archive, Optional<Scope> scope, Hearer hearer) throws IOException {
        try (Scratch scratch = Scratch.in(paths.loads())) {
            Path folder = scratch.folder();
            Spool spool = Spool.read(archive, folder, most);
            List<LoadPlan.Image> images = LoadPlan.of(spool::document);
            scoped.checkNames(scope, images.stream().flatMap(image -> image.tags().stream()).toList());
            for (LoadPlan.Image image : images) {
                switch (image) {
                    case LoadPlan.Image.Oci oci -> oci(oci, spool, scope, hearer);
                    case LoadPlan.Image.Docker docker -> docker(docker, spool, scope, hearer);
                }
            }
        }
    }

    private void oci(LoadPlan.Image.Oci image, Spool spool, Optional<Scope> scope, Hearer hearer) throws IOException {
        byte[] body = spool.document(ArchiveDocuments.path(image.manifest())).orElseThrow(() -> lacks(ArchiveDocuments.path(image.manifest())));
        if (!BlobWriter.digestOf(body).equals(image.manifest())) {
            throw new TarFailure(ArchiveDocuments.path(image.manifest()) + " is linked to other bytes: their digest is " + BlobWriter.digestOf(body));
        }
        if (!(ManifestDocument.parse(body, image.mediaType()) instanceof ManifestDocument.Manifest manifest) || !manifest.isImage()) {
            throw new Refused(ProblemType.BAD_REQUEST, "the manifest " + image.manifest() + " is of no image", null);
        }
        List<ManifestDocument.Descriptor> parts = new ArrayList<>(manifest.layers());
        parts.add(manifest.config());
        Map<Digest, Spool.Spooled> found = new HashMap<>();
        for (ManifestDocument.Descriptor part : parts) {
            found.put(part.digest(), checked(part, spool));
        }
        for (ManifestDocument.Descriptor part : parts) {
            if (blobs.size(part.digest()).isEmpty()) {
                content.adopt(spool.link(found.get(part.digest())), part.digest());
            }
        }
        manifest.layers().forEach(layer -> hearer.layer(layer.digest(), layer.size()));
        if (scope.isPresent()) {
            byte[] config = blobs.small(manifest.config().digest(), CONFIG_LIMIT);
            ImageRef unnamed = new ImageRef(ImageAssembly.UNTAGGED, Optional.empty(), Optional.of(image.manifest()));
            store(image.tags(), config, ImageDocument.parse(config).resolve(unnamed, image.manifest(), manifest).layers(), scope, hearer);
            return;
        }
        Map<Digest, Long> sizes = new HashMap<>();
        parts.forEach(part -> sizes.put(part.digest(), part.size()));
        for (Map.Entry<String, List<String>> each : ImageAssembly.byRepository(image.tags()).entrySet()) {
            database.await(() -> repositories.link(each.getKey(), sizes));
            var checked = intake.check(each.getKey(), body, image.mediaType(), image.manifest());
            database.await(() -> manifests.store(checked, each.getValue()));
        }
        tell(image.tags(), manifest.config().digest(), image.manifest(), hearer);
    }

    private static Spool.Spooled checked(ManifestDocument.Descriptor part, Spool spool) throws IOException {
        String name = ArchiveDocuments.path(part.digest());
        Spool.Spooled file = spool.find(name).orElseThrow(() -> lacks(name));
        if (!file.digest().equals(part.digest())) {
            throw new TarFailure(name + " is linked to other bytes: their digest is " + file.digest());
        }
        if (file.size() != part.size()) {
            throw new TarFailure(name + " has " + file.size() + " bytes, the manifest says " + part.size());
        }
        return file;
    }

    private void docker(LoadPlan.Image.Docker image, Spool spool, Optional<Scope> scope, Hearer hearer) throws IOException {
        byte[] config = spool.document(image.config()).orElseThrow(() -> lacks(image.config()));
        List<Digest> diffIds = ImageDocument.parse(config).diffIds();
        if (diffIds.size() != image.layers().size()) {
            throw new TarFailure("manifest.json has " + image.layers().size() + " layers for an image whose configuration has " + diffIds.size());
        }
        Map<Digest, ResolvedImage.Layer> made = new HashMap<>();
        List<ResolvedImage.Layer> all = new ArrayList<>();
        for (int i = 0; i < diffIds.size(); i++) {
            String name = image.layers().get(i);
            Digest diffId = diffIds.get(i);
            if (!made.containsKey(diffId)) {
                Spool.Spooled file = spool.find(name).orElseThrow(() -> lacks(name));
                made.put(diffId, layers.ofFile(spool.link(file), diffId, most));
                hearer.layer(diffId, file.size());
            }
            all.add(made.get(diffId));
        }
        store(image.tags(), config, all, scope, hearer);
    }

    private void store(List<ImageRef> tags, byte[] config, List<ResolvedImage.Layer> layers, Optional<Scope> scope, Hearer hearer) throws IOException {
        byte[] marked = scope.isPresent() ? ImageDocument.parse(config).labelled(scope.get().markOfImage()) : config;
        ImageAssembly.Stored stored = assembly.store(marked, layers, tags);
        tell(tags, stored.image(), stored.manifest(), hearer);
    }

    private void tell(List<ImageRef> tags, Digest id, Digest manifest, Hearer hearer) {
        List<ImageRef> names = tags.isEmpty() ? List.of(new ImageRef(ImageAssembly.UNTAGGED, Optional.empty(), Optional.of(manifest))) : tags;
        names.forEach(name -> news.tell(new ImageEvent.Loaded(name, manifest)));
        hearer.loaded(id, tags);
    }

    private static TarFailure lacks(String name) {
        return new TarFailure("it lacks " + name + ", which an image in it needs");
    }
}
