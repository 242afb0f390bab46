package io.gantry.image.reference.store;

import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.contracts.view.ImageView;
import io.gantry.image.Database;
import io.gantry.image.registry.ManifestIntake;
import io.gantry.image.registry.core.ManifestDocument;
import io.gantry.image.registry.core.RegistryRefusal;
import io.gantry.image.registry.store.ManifestRow;
import io.gantry.image.registry.store.Manifests;
import io.gantry.image.registry.store.RepositoryBlobs;
import io.gantry.kit.problem.Refused;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/** Gives images further names, and takes names and images away. */
@Singleton
public class Tagging {
    private final Database database;
    private final Images images;
    private final Manifests manifests;
    private final RepositoryBlobs blobs;
    private final ManifestIntake intake;

    @Inject
    Tagging(Database database, Images images, Manifests manifests, RepositoryBlobs blobs, ManifestIntake intake) {
        this.database = database;
        this.images = images;
        this.manifests = manifests;
        this.blobs = blobs;
        this.intake = intake;
    }

    /** {@code target} means what {@code source} means now. Waits; not for event loops. */
    public void tag(String source, ImageRef target) {
        ManifestRow row = database.await(() -> images.find(source));
        copy(row, target.repository());
        try {
            var manifest = intake.check(target.repository(), row.body(), row.mediaType(), row.digest());
            database.await(() -> manifests.store(manifest, List.of(target.tag().orElseThrow())));
        } catch (IOException e) {
            throw new UncheckedIOException("the configuration of " + source, e);
        }
    }

    public ImageView view(ImageRef reference) {
        return database.await(() -> images.view(reference.toString()));
    }

    /** A reference with a tag loses that tag; an id or digest loses the image with all its tags, in every repository. */
    public Uni<Void> delete(String reference) {
        return images.byReference(reference).chain(found -> {
            ImageRef parsed = found.isPresent() ? ImageRef.parse(reference) : null;
            if (parsed != null && parsed.digest().isEmpty()) {
                return manifests.untag(parsed.repository(), parsed.tag().orElseThrow()).replaceWithVoid();
            }
            if (parsed != null) {
                return delete(parsed.repository(), parsed.digest().orElseThrow());
            }
            return images.find(reference).chain(row -> manifests.ofImage(row.image().orElseThrow().id())).chain(rows -> {
                Uni<Void> all = Uni.createFrom().voidItem();
                for (ManifestRow row : rows) {
                    all = all.chain(() -> delete(row.repository(), row.digest()));
                }
                return all;
            });
        });
    }

    private Uni<Void> delete(String repository, Digest digest) {
        return manifests.delete(repository, digest)
                .onFailure(RegistryRefusal.class)
                .transform(e -> new Refused(ProblemType.CONFLICT, repository + "@" + digest + ": " + e.getMessage(), null))
                .replaceWithVoid();
    }

    /** All that the manifest needs can be had from {@code repository} too. */
    private void copy(ManifestRow row, String repository) {
        if (row.repository().equals(repository)) {
            return;
        }
        ManifestDocument document = row.document();
        switch (document) {
            case ManifestDocument.Manifest manifest -> {
                Map<Digest, Long> sizes = database.await(() -> blobs.sizes(row.repository(), manifest.parts()));
                database.await(() -> blobs.link(repository, sizes));
            }
            case ManifestDocument.Index index -> {
                for (Digest child : index.parts()) {
                    database.await(() -> manifests.find(row.repository(), child)).ifPresent(each -> {
                        copy(each, repository);
                        store(each, repository);
                    });
                }
            }
        }
    }

    private void store(ManifestRow row, String repository) {
        try {
            var manifest = intake.check(repository, row.body(), row.mediaType(), row.digest());
            database.await(() -> manifests.store(manifest, List.of()));
        } catch (IOException e) {
            throw new UncheckedIOException("the configuration of " + row.digest(), e);
        }
    }
}
