package io.gantry.image.build.step;

import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.image.Database;
import io.gantry.image.build.core.DockerfileRefusal;
import io.gantry.image.build.core.ImageDraft;
import io.gantry.image.build.core.Position;
import io.gantry.image.content.BlobReader;
import io.gantry.image.reference.store.Images;
import io.gantry.image.registry.core.ImageDocument;
import io.gantry.kit.problem.Refused;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;

/** Images of the registry as a start for drafts. */
@Singleton
public class BaseImages {
    private static final int CONFIG_LIMIT = 8 << 20;
    private final Database database;
    private final Images images;
    private final BlobReader blobs;

    @Inject
    BaseImages(Database database, Images images, BlobReader blobs) {
        this.database = database;
        this.images = images;
        this.blobs = blobs;
    }

    ImageDraft load(String reference, Position at) throws IOException {
        ResolvedImage image =
                database.await(() -> images.byReference(reference))
                        .flatMap(row -> row.image())
                        .orElseThrow(() -> new DockerfileRefusal(
                                at, "no image is called '" + reference + "'", "push it first, for example with: skopeo copy docker://" + reference + " docker://<this registry>/" + reference));
        return ImageDraft.on(ImageDocument.parse(blobs.small(image.id(), CONFIG_LIMIT)).json(), image.layers());
    }

    /** By digest, of a container that was made from it. */
    public ImageDraft load(ImageRef pinned) throws IOException {
        ResolvedImage image =
                database.await(() -> images.byReference(pinned.toString()))
                        .flatMap(row -> row.image())
                        .orElseThrow(() -> new Refused(
                                ProblemType.IMAGE_NOT_FOUND, "the image that the container was made from, '" + pinned + "', is not there any more", "push it again"));
        return ImageDraft.on(ImageDocument.parse(blobs.small(image.id(), CONFIG_LIMIT)).json(), image.layers());
    }
}
