package io.gantry.image.build.step;

import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.spec.Scope;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.image.Database;
import io.gantry.image.build.core.DockerfileRefusal;
import io.gantry.image.build.core.ImageDraft;
import io.gantry.image.build.core.Position;
import io.gantry.image.content.BlobReader;
import io.gantry.image.reference.store.Images;
import io.gantry.image.reference.store.Scoped;
import io.gantry.image.registry.core.ImageDocument;
import io.gantry.image.registry.store.ManifestRow;
import io.gantry.kit.problem.Refused;
import io.gantry.image.remote.Puller;
import io.gantry.image.remote.core.Credentials;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.Optional;

/** Images of the registry as a start for drafts. */
@Singleton
public class BaseImages {
    private static final int CONFIG_LIMIT = 8 << 20;
    private final Database database;
    private final Images images;
    private final BlobReader blobs;
    private final Puller puller;

    @Inject
    BaseImages(Database database, Images images, BlobReader blobs, Puller puller) {
        this.puller = puller;
        this.database = database;
        this.images = images;
        this.blobs = blobs;
    }

    /**
     * @param scope within which it must be of use
     * @param pull whether the registry that the name says is asked, though the image is here; if it isn't, that is asked in any case
     */
    ImageDraft load(String reference, Position at, boolean pull, Optional<Scope> scope, StepOutput output) throws IOException, InterruptedException {
        Optional<ManifestRow> row = pull ? Optional.empty() : usable(reference, scope);
        if (row.isEmpty()) {
            pull(reference, at, scope, output);
            row = usable(reference, scope);
        }
        ResolvedImage image =
                row.flatMap(ManifestRow::image)
                        .orElseThrow(() -> new DockerfileRefusal(
                                at, "no image is called '" + reference + "'", "push it first, for example with: skopeo copy docker://" + reference + " docker://<this registry>/" + reference));
        return ImageDraft.on(ImageDocument.parse(blobs.small(image.id(), CONFIG_LIMIT)).json(), image.layers());
    }

    private Optional<ManifestRow> usable(String reference, Optional<Scope> scope) {
        return database.await(() -> images.byReference(reference)).filter(row -> Scoped.mayUse(scope, row));
    }

    private void pull(String reference, Position at, Optional<Scope> scope, StepOutput output) throws InterruptedException {
        ImageRef name;
        try {
            name = ImageRef.parse(reference);
        } catch (IllegalArgumentException noName) {
            throw new DockerfileRefusal(at, noName.getMessage(), "write for example FROM shop/base:1");
        }
        if (!puller.knows(name)) {
            return;
        }
        try {
            Puller.Pulled pulled = puller.pull(name, Credentials.NONE, scope, new PullText(output));
            output.text("Digest: " + pulled.manifest() + "\n");
        } catch (Refused refused) {
            throw new DockerfileRefusal(at, refused.getMessage(), refused.refusal().hint());
        }
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
