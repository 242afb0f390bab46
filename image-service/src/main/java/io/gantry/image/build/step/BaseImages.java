package io.gantry.image.build.step;

import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.spec.Scope;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.image.Database;
import io.gantry.image.build.core.DockerfileRefusal;
import io.gantry.image.build.core.ImageDraft;
import io.gantry.image.build.core.Platform;
import io.gantry.image.build.core.Position;
import io.gantry.image.content.BlobReader;
import io.gantry.image.reference.store.Images;
import io.gantry.image.reference.store.Scoped;
import io.gantry.image.registry.core.ImageDocument;
import io.gantry.image.registry.core.ManifestDocument;
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
     * @param platform of several that the name may mean
     * @param scope within which it must be of use
     * @param pull whether the registry that the name says is asked, though the image is here; if it isn't, that is asked in any case
     */
    ImageDraft load(String reference, Platform platform, Position at, boolean pull, Optional<Scope> scope, StepOutput output) throws IOException, InterruptedException {
        return platform.isOurs() ? ours(reference, at, pull, scope, output) : other(reference, platform, at, pull, scope, output);
    }

    /** Of an index its image for that platform, which is asked for by its digest. */
    private ImageDraft other(String reference, Platform platform, Position at, boolean pull, Optional<Scope> scope, StepOutput output) throws IOException, InterruptedException {
        Optional<ManifestRow> named = pull ? Optional.empty() : database.await(() -> images.manifest(reference));
        if (named.isEmpty()) {
            pull(reference, at, scope, output);
            named = database.await(() -> images.manifest(reference));
        }
        ManifestRow row = named.orElseThrow(() -> unknown(reference, at));
        if (!(row.document() instanceof ManifestDocument.Index index)) {
            ImageDraft single = draft(row.image().filter(_ -> Scoped.mayUse(scope, row)).orElseThrow(() -> unknown(reference, at)));
            if (!single.platform().equals(platform)) {
                throw new DockerfileRefusal(at, "'" + reference + "' is here for " + single.platform() + ", not for " + platform, "push an index that has both: skopeo copy --all");
            }
            return single;
        }
        Digest digest = index.manifests().stream().filter(part -> platform.is(part.platform(), part.variant())).findFirst().orElseThrow(() -> new DockerfileRefusal(
                at, "'" + reference + "' is there for " + String.join(", ", index.manifests().stream().map(ManifestDocument.Descriptor::platform).filter(one -> !one.isEmpty()).sorted().distinct().toList()) + ", not for " + platform,
                "choose another --platform")).digest();
        return ours(row.repository() + "@" + digest, at, false, scope, output);
    }

    private ImageDraft ours(String reference, Position at, boolean pull, Optional<Scope> scope, StepOutput output) throws IOException, InterruptedException {
        Optional<ManifestRow> row = pull ? Optional.empty() : usable(reference, scope);
        if (row.isEmpty()) {
            pull(reference, at, scope, output);
            row = usable(reference, scope);
        }
        return draft(row.flatMap(ManifestRow::image).orElseThrow(() -> unknown(reference, at)));
    }

    private static DockerfileRefusal unknown(String reference, Position at) {
        return new DockerfileRefusal(at, "no image is called '" + reference + "'", "push it first, for example with: skopeo copy docker://" + reference + " docker://<this registry>/" + reference);
    }

    private ImageDraft draft(ResolvedImage image) throws IOException {
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
        return draft(image);
    }
}
