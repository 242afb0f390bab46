package io.gantry.image.remote;

import io.gantry.contracts.event.ImageEvent;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.spec.Scope;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.image.Database;
import io.gantry.image.content.BlobReader;
import io.gantry.image.content.BlobWriter;
import io.gantry.image.reference.store.ImageNews;
import io.gantry.image.reference.store.Images;
import io.gantry.image.reference.store.Scoped;
import io.gantry.image.registry.ManifestIntake;
import io.gantry.image.registry.core.ManifestDocument;
import io.gantry.image.registry.store.ManifestRow;
import io.gantry.image.registry.store.Manifests;
import io.gantry.image.registry.store.NewManifest;
import io.gantry.image.registry.store.RepositoryBlobs;
import io.gantry.image.remote.TransferHearer.State;
import io.gantry.image.remote.core.Credentials;
import io.gantry.image.remote.core.RemoteName;
import io.gantry.image.sharing.WireLedger;
import io.gantry.image.sharing.WireLedger.Way;
import io.gantry.kit.problem.Refused;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Gets an image from another registry, under the name it was asked for by. Of an index what nodes run is got alone; the index itself is kept, so that
 * the name means the digest that it means there. Waits; not for event loops.
 */
@Singleton
public class Puller {
    private final Registries registries;
    private final Database database;
    private final Images images;
    private final BlobReader blobs;
    private final BlobWriter content;
    private final RepositoryBlobs repositories;
    private final ManifestIntake intake;
    private final Manifests manifests;
    private final ImageNews news;
    private final WireLedger wire;

    @Inject
    Puller(
            Registries registries, Database database, Images images, BlobReader blobs, BlobWriter content, RepositoryBlobs repositories,
            ManifestIntake intake, Manifests manifests, ImageNews news, WireLedger wire) {
        this.registries = registries;
        this.database = database;
        this.images = images;
        this.blobs = blobs;
        this.content = content;
        this.repositories = repositories;
        this.intake = intake;
        this.manifests = manifests;
        this.news = news;
        this.wire = wire;
    }

    /**
     * What is here now.
     *
     * @param changed whether the name meant something else before, or nothing
     */
    public record Pulled(Digest image, Digest manifest, boolean changed) {}

    /** Whether there is somewhere to pull it from. */
    public boolean knows(ImageRef name) {
        return registries.find(name).isPresent();
    }

    /**
     * What is in our own registry alone is up to date as it is. An image is pulled for all: within a scope a name that isn't theirs comes to mean nothing
     * else by it.
     */
    public Pulled pull(ImageRef name, Credentials credentials, Optional<Scope> scope, TransferHearer hearer) throws InterruptedException {
        Optional<ManifestRow> before = database.await(() -> images.byReference(name.toString()));
        before.filter(row -> !Scoped.mayUse(scope, row)).ifPresent(_ -> {
            throw Scoped.taken(scope.orElseThrow(), name);
        });
        if (before.isPresent() && !knows(name)) {
            news.tell(new ImageEvent.Pulled(name));
            return same(before.get());
        }
        return fetch(name, registries.named(name), credentials, before, scope, hearer);
    }

    private static Pulled same(ManifestRow row) {
        return new Pulled(row.image().orElseThrow().id(), row.digest(), false);
    }

    private Pulled fetch(
            ImageRef name, RemoteName remote, Credentials credentials, Optional<ManifestRow> before, Optional<Scope> scope, TransferHearer hearer)
            throws InterruptedException {
        // who is within a scope is nobody there but who they say they are
        RemoteRegistry registry = registries.open(remote, "pull", scope.isPresent() ? credentials : registries.orKnown(remote, credentials));
        RemoteManifests.Fetched named = RemoteManifests.fetch(registry, remote, remote.reference());
        before.filter(row -> !Scoped.owns(scope, row) && !row.digest().equals(named.digest())).ifPresent(row -> {
            throw moved(name, row.digest(), named.digest(), scope.orElseThrow());
        });
        hearer.begins(remote.path(), remote.reference());
        if (before.isPresent() && before.get().digest().equals(named.digest()) && stays(name, named, hearer)) {
            return same(before.get());
        }
        try {
            NewManifest stored = switch (named.document()) {
                case ManifestDocument.Manifest manifest -> {
                    blobs(registry, remote, name.repository(), manifest, hearer);
                    yield intake.check(name.repository(), named.body(), manifest.mediaType(), named.digest());
                }
                case ManifestDocument.Index index -> {
                    child(registry, remote, name, index, scope, hearer);
                    yield intake.checkSparse(name.repository(), named.body(), index.mediaType(), named.digest());
                }
            };
            ResolvedImage image = stored.image().orElseThrow(() -> new Refused(ProblemType.CONFLICT, "'" + name + "' is no image, but " + named.document().artifactType(), null));
            refuseForeign(name, image, scope);
            database.await(() -> manifests.store(stored, tag(name).stream().toList()));
            news.tell(new ImageEvent.Pulled(name));
            return new Pulled(image.id(), named.digest(), !before.map(ManifestRow::digest).equals(Optional.of(named.digest())));
        } catch (IOException e) {
            throw RemoteRegistry.unreachable(remote.registry(), e);
        }
    }

    /** Whether all of it is here: then nothing is to be had, and one transaction keeps it and tells of it. False, too, if it has gone since. */
    private boolean stays(ImageRef name, RemoteManifests.Fetched named, TransferHearer hearer) {
        Optional<ManifestDocument.Manifest> known = switch (named.document()) {
            case ManifestDocument.Manifest manifest -> Optional.of(manifest);
            case ManifestDocument.Index index -> index.forOurPlatform().flatMap(ours -> child(name.repository(), ours.digest()));
        };
        Optional<ManifestDocument.Manifest> whole = known.filter(manifest -> manifest.parts().stream().allMatch(part -> blobs.size(part).isPresent()));
        if (whole.isEmpty() || !database.await(() -> manifests.stay(name.repository(), named.digest(), tag(name), new ImageEvent.Pulled(name)))) {
            return false;
        }
        whole.get().layers().forEach(layer -> present(layer, hearer));
        return true;
    }

    private Optional<ManifestDocument.Manifest> child(String repository, Digest digest) {
        return database.await(() -> manifests.find(repository, digest))
                .map(row -> row.document())
                .filter(ManifestDocument.Manifest.class::isInstance)
                .map(ManifestDocument.Manifest.class::cast);
    }

    /** What comes to mean it; nothing if it was asked for by its digest. */
    private static Optional<String> tag(ImageRef name) {
        return name.digest().isPresent() ? Optional.empty() : name.tag();
    }

    private void present(ManifestDocument.Descriptor layer, TransferHearer hearer) {
        wire.add(Way.PRESENT, layer.size());
        hearer.layer(layer.digest(), State.PRESENT, layer.size(), layer.size());
    }

    /** Nobody brings something into others' scopes. */
    private static void refuseForeign(ImageRef name, ResolvedImage image, Optional<Scope> scope) {
        scope.filter(one -> !one.mayUse(image.config().labels())).ifPresent(one -> {
            throw new Refused(ProblemType.FORBIDDEN, "'" + name + "' was made within another scope than " + one, null);
        });
    }

    private static Refused moved(ImageRef name, Digest here, Digest there, Scope scope) {
        return new Refused(
                ProblemType.FORBIDDEN, name + " means " + there + " there and " + here + " here, for all; who asks within the scope " + scope + " doesn't change that",
                "pull " + name.repository() + "@" + there + ", or use a token without a scope");
    }

    private void child(RemoteRegistry registry, RemoteName remote, ImageRef name, ManifestDocument.Index index, Optional<Scope> scope, TransferHearer hearer)
            throws IOException, InterruptedException {
        ManifestDocument.Descriptor ours = index.forOurPlatform().orElseThrow(() -> new Refused(
                ProblemType.IMAGE_NOT_FOUND,
                "'" + name + "' is there for " + String.join(", ", index.manifests().stream().map(ManifestDocument.Descriptor::platform).sorted().distinct().toList())
                        + ", not for linux/amd64",
                null));
        RemoteManifests.Fetched fetched = RemoteManifests.fetch(registry, remote, ours.digest().value());
        if (!(fetched.document() instanceof ManifestDocument.Manifest manifest)) {
            throw new Refused(ProblemType.CONFLICT, "the index of '" + name + "' has an index in it, which is not supported", null);
        }
        blobs(registry, remote, name.repository(), manifest, hearer);
        NewManifest checked = intake.check(name.repository(), fetched.body(), manifest.mediaType(), fetched.digest());
        checked.image().ifPresent(image -> refuseForeign(name, image, scope));
        database.await(() -> manifests.store(checked, List.of()));
    }

    private void blobs(RemoteRegistry registry, RemoteName remote, String repository, ManifestDocument.Manifest manifest, TransferHearer hearer)
            throws IOException, InterruptedException {
        for (ManifestDocument.Descriptor layer : manifest.layers()) {
            boolean here = blobs.size(layer.digest()).isPresent();
            if (here) {
                present(layer, hearer);
            } else {
                hearer.layer(layer.digest(), State.MOVING, 0, layer.size());
                new BlobDownload(registry, remote, layer, content, hearer, wire).run();
                hearer.layer(layer.digest(), State.DONE, layer.size(), layer.size());
            }
        }
        if (blobs.size(manifest.config().digest()).isEmpty()) {
            new BlobDownload(registry, remote, manifest.config(), content, TransferHearer.NOBODY, wire).run();
        }
        Map<Digest, Long> sizes = manifest.parts().stream().collect(Collectors.toMap(part -> part, part -> blobs.size(part).orElseThrow()));
        database.await(() -> repositories.link(repository, sizes));
    }
}
