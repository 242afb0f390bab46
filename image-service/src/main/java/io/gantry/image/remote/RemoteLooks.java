package io.gantry.image.remote;

import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.contracts.view.RemoteImageView;
import io.gantry.image.Database;
import io.gantry.image.reference.store.Images;
import io.gantry.image.registry.core.ManifestDocument;
import io.gantry.image.registry.store.ManifestRow;
import io.gantry.image.remote.core.Credentials;
import io.gantry.image.remote.core.RemoteName;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/** What another registry says without an image being pulled: whether it knows us, and what a name means there. Waits; not for event loops. */
@Singleton
public class RemoteLooks {
    private final Registries registries;
    private final Database database;
    private final Images images;

    @Inject
    RemoteLooks(Registries registries, Database database, Images images) {
        this.registries = registries;
        this.database = database;
        this.images = images;
    }

    /** Returns if the registry takes them. */
    public void login(String registry, Credentials credentials) throws InterruptedException {
        RemoteRegistry remote = registries.open(registry, "", credentials);
        var asked = RemoteRegistry.Asked.get("/v2/", "application/json", "this user");
        try (InputStream body = remote.ask(asked).body()) {
            body.readNBytes(1 << 16);
        } catch (IOException e) {
            throw RemoteRegistry.unreachable(registry, e);
        }
    }

    public RemoteImageView look(ImageRef name, Credentials credentials) throws InterruptedException {
        Optional<RemoteName> remote = registries.find(name);
        if (remote.isPresent()) {
            var fetched = RemoteManifests.fetch(registries.open(remote.get(), "pull", credentials), remote.get(), remote.get().reference());
            return meaning(fetched.digest(), fetched.body(), fetched.document());
        }
        ManifestRow row = database.await(() -> images.byReference(name.toString())).orElseThrow(() -> Images.unknown(name.toString()));
        return meaning(row.digest(), row.body(), row.document());
    }

    private static RemoteImageView meaning(Digest digest, byte[] body, ManifestDocument document) {
        List<String> platforms = switch (document) {
            case ManifestDocument.Index index -> index.manifests().stream().map(ManifestDocument.Descriptor::platform).filter(one -> !one.isEmpty()).distinct().toList();
            case ManifestDocument.Manifest _ -> List.of();
        };
        return new RemoteImageView(document.mediaType(), digest, new Bytes(body.length), platforms);
    }
}
