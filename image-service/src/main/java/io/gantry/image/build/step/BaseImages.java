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
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Images of the registry as a start for drafts. */
@Singleton
public class BaseImages {
    private static final int CONFIG_LIMIT = 8 << 20;

    /** Of what an index has beside images, attestations for example. */
    private static final String NO_PLATFORM = "unknown/unknown";

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
        if (!platform.equals(Platform.OURS)) {
            return other(reference, platform, at, pull, scope, output);
        }
        ImageDraft ours = single(reference, at, pull, scope, output, () -> notOurs(reference, at, scope));
        if (!ours.platform().isOurs()) {
            throw notFor(reference, ours.platform(), platform, at);
        }
        return ours;
    }

    /** Of an index its image for that platform, which is asked for by its digest. */
    private ImageDraft other(String reference, Platform platform, Position at, boolean pull, Optional<Scope> scope, StepOutput output) throws IOException, InterruptedException {
        Optional<ManifestRow> named = pull ? Optional.empty() : named(reference, scope);
        if (named.isEmpty()) {
            pull(reference, at, scope, output);
            named = named(reference, scope);
        }
        ManifestRow row = named.orElseThrow(() -> unknown(reference, at));
        if (!(row.document() instanceof ManifestDocument.Index index)) {
            ImageDraft single = draft(row.image().orElseThrow(() -> unknown(reference, at)));
            if (!single.platform().equals(platform)) {
                throw notFor(reference, single.platform(), platform, at);
            }
            return single;
        }
        List<ManifestDocument.Descriptor> parts = parts(row, index, scope);
        Digest digest = parts.stream().filter(part -> platform.is(part.platform(), part.variant())).findFirst().orElseThrow(() -> notAmong(reference, parts, platform, at)).digest();
        return single(row.repository() + "@" + digest, at, false, scope, output, () -> unknown(reference, at)).on(platform);
    }

    /** An index may be here all the same, of images for others. */
    private DockerfileRefusal notOurs(String reference, Position at, Optional<Scope> scope) {
        List<ManifestDocument.Descriptor> others = named(reference, scope)
                .map(row -> row.document() instanceof ManifestDocument.Index index ? parts(row, index, scope) : List.<ManifestDocument.Descriptor>of())
                .orElse(List.of());
        boolean none = others.isEmpty() || others.stream().anyMatch(part -> Platform.OURS.is(part.platform(), part.variant()));
        return none ? unknown(reference, at) : notAmong(reference, others, Platform.OURS, at);
    }

    private static DockerfileRefusal notAmong(String reference, List<ManifestDocument.Descriptor> parts, Platform platform, Position at) {
        return new DockerfileRefusal(
                at, "'" + reference + "' is there for " + parts.stream().map(BaseImages::text).sorted().distinct().collect(Collectors.joining(", ")) + ", not for " + platform, "choose another --platform");
    }

    /** What is called so, an index as well, if anything of it is of use in the scope. */
    private Optional<ManifestRow> named(String reference, Optional<Scope> scope) {
        return database.await(() -> images.manifest(reference))
                .filter(row -> row.document() instanceof ManifestDocument.Index index ? !parts(row, index, scope).isEmpty() : Scoped.mayUse(scope, row));
    }

    /** Images of an index, for whatever platform, that are of use in the scope; nobody made those within one that aren't here yet. */
    private List<ManifestDocument.Descriptor> parts(ManifestRow row, ManifestDocument.Index index, Optional<Scope> scope) {
        return index.manifests().stream()
                .filter(part -> !part.platform().isEmpty() && !part.platform().equals(NO_PLATFORM))
                .filter(part -> scope.isEmpty() || database.await(() -> images.manifest(row.repository() + "@" + part.digest())).filter(child -> !Scoped.mayUse(scope, child)).isEmpty())
                .toList();
    }

    private static String text(ManifestDocument.Descriptor part) {
        return part.platform() + (part.variant().isEmpty() ? "" : "/" + part.variant());
    }

    private static DockerfileRefusal notFor(String reference, Platform is, Platform wanted, Position at) {
        return new DockerfileRefusal(at, "'" + reference + "' is here for " + is + ", not for " + wanted, "push an index that has both: skopeo copy --all; or build for " + is);
    }

    private ImageDraft single(String reference, Position at, boolean pull, Optional<Scope> scope, StepOutput output, Supplier<DockerfileRefusal> missing)
            throws IOException, InterruptedException {
        Optional<ManifestRow> row = pull ? Optional.empty() : usable(reference, scope);
        if (row.isEmpty()) {
            pull(reference, at, scope, output);
            row = usable(reference, scope);
        }
        return draft(row.flatMap(ManifestRow::image).orElseThrow(missing));
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
