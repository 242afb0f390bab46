package io.gantry.image.archive;

import io.gantry.contracts.event.ImageEvent;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.spec.Scope;
import io.gantry.contracts.tar.TarEntry;
import io.gantry.contracts.tar.TarWriter;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.image.Database;
import io.gantry.image.archive.core.ArchiveDocuments;
import io.gantry.image.archive.core.ArchiveDocuments.Packed;
import io.gantry.image.build.step.ImageAssembly;
import io.gantry.image.content.BlobReader;
import io.gantry.image.content.BlobWriter;
import io.gantry.image.reference.store.ImageNews;
import io.gantry.image.reference.store.Images;
import io.gantry.image.reference.store.Scoped;
import io.gantry.image.registry.core.ManifestDocument;
import io.gantry.image.registry.store.ManifestRow;
import io.gantry.image.registry.store.Manifests;
import io.gantry.kit.problem.Refused;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes images into one tar: a Docker archive and an OCI layout in one. Equal images give equal bytes. Waits; not for event loops. */
@Singleton
public class ArchiveWriter {
    private final Database database;
    private final Images images;
    private final Manifests manifests;
    private final BlobReader blobs;
    private final BlobWriter content;
    private final ImageNews news;

    @Inject
    ArchiveWriter(Database database, Images images, Manifests manifests, BlobReader blobs, BlobWriter content, ImageNews news) {
        this.database = database;
        this.images = images;
        this.manifests = manifests;
        this.blobs = blobs;
        this.content = content;
        this.news = news;
    }

    /** Images that are all there, and stay so until it is closed, whatever is deleted and collected meanwhile. */
    public final class Archive implements AutoCloseable {
        private final List<Packed> images;
        private final BlobWriter.Hold hold;

        private Archive(List<Packed> images) {
            this.images = images;
            hold = content.hold(ArchiveDocuments.blobs(images));
        }

        public void write(OutputStream out) throws IOException {
            ArchiveWriter.this.write(images, out);
        }

        @Override
        public void close() {
            hold.close();
        }
    }

    /**
     * @param names references with a tag, under which the images go into the archive, or digests and ids, which name nothing there
     * @param scope within which all must be of use
     * @throws Refused for a name that nothing has, or not any more
     */
    public Archive open(List<String> names, Optional<Scope> scope) {
        Archive archive = new Archive(find(names, scope));
        for (Packed image : archive.images) {
            if (image.manifest().parts().stream().anyMatch(blob -> blobs.size(blob).isEmpty())) {
                archive.close();
                throw new Refused(ProblemType.IMAGE_NOT_FOUND, "the image " + image.digest() + " has just been deleted, and some of it is gone", "push it again");
            }
        }
        return archive;
    }

    private List<Packed> find(List<String> names, Optional<Scope> scope) {
        Map<Digest, Packed> found = new LinkedHashMap<>();
        for (String name : names) {
            ManifestRow named = database.await(() -> images.find(name));
            if (!Scoped.mayUse(scope, named)) {
                throw Images.unknown(name);
            }
            ManifestRow row = forOurPlatform(named, name);
            ManifestDocument.Manifest manifest = (ManifestDocument.Manifest) row.document();
            List<ImageRef> tags = new ArrayList<>();
            Optional.ofNullable(found.get(row.digest())).ifPresent(before -> tags.addAll(before.tags()));
            tag(name).filter(tag -> !tags.contains(tag)).ifPresent(tags::add);
            found.put(row.digest(), new Packed(row.digest(), row.body(), manifest, List.copyOf(tags)));
        }
        return List.copyOf(found.values());
    }

    private void write(List<Packed> images, OutputStream out) throws IOException {
        try (TarWriter tar = new TarWriter(out)) {
            tar.add(TarEntry.folder("blobs", 0755, 0, 0, Instant.EPOCH));
            tar.add(TarEntry.folder("blobs/sha256", 0755, 0, 0, Instant.EPOCH));
            for (Digest blob : ArchiveDocuments.blobs(images)) {
                try (InputStream in = blobs.open(blob)) {
                    tar.add(file(ArchiveDocuments.path(blob), Files.size(blobs.path(blob))), in);
                }
            }
            for (Packed image : images) {
                add(tar, ArchiveDocuments.path(image.digest()), image.body());
            }
            for (Map.Entry<String, byte[]> each : ArchiveDocuments.of(images).entrySet()) {
                add(tar, each.getKey(), each.getValue());
            }
        }
        for (Packed image : images) {
            ImageRef name = image.tags().isEmpty()
                    ? new ImageRef(ImageAssembly.UNTAGGED, Optional.empty(), Optional.of(image.digest()))
                    : image.tags().getFirst();
            news.tell(new ImageEvent.Saved(name, image.digest()));
        }
    }

    /** An index stands for the image in it that nodes run. */
    private ManifestRow forOurPlatform(ManifestRow row, String name) {
        return switch (row.document()) {
            case ManifestDocument.Manifest _ -> row;
            case ManifestDocument.Index index -> index.forOurPlatform()
                    .flatMap(child -> database.await(() -> manifests.find(row.repository(), child.digest())))
                    .orElseThrow(() -> new Refused(ProblemType.IMAGE_NOT_FOUND, "'" + name + "' has no image for linux/amd64", null));
        };
    }

    private Optional<ImageRef> tag(String name) {
        if (database.await(() -> images.byReference(name)).isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(ImageRef.parse(name)).filter(reference -> reference.digest().isEmpty());
    }

    private static void add(TarWriter tar, String name, byte[] body) throws IOException {
        tar.add(file(name, body.length), new ByteArrayInputStream(body));
    }

    private static TarEntry file(String name, long size) {
        return TarEntry.file(name, 0444, 0, 0, size, Instant.EPOCH);
    }
}
