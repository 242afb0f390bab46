package io.gantry.image.remote;

import io.gantry.contracts.event.ImageEvent;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.spec.Scope;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.image.Database;
import io.gantry.image.content.BlobReader;
import io.gantry.image.content.BlobWriter;
import io.gantry.image.reference.store.ImageNews;
import io.gantry.image.reference.store.Images;
import io.gantry.image.reference.store.Scoped;
import io.gantry.image.registry.core.ManifestDocument;
import io.gantry.image.registry.core.MediaTypes;
import io.gantry.image.registry.store.ManifestRow;
import io.gantry.image.registry.store.Manifests;
import io.gantry.image.remote.TransferHearer.State;
import io.gantry.image.remote.core.Credentials;
import io.gantry.image.remote.core.RemoteName;
import io.gantry.image.sharing.WireLedger;
import io.gantry.image.sharing.WireLedger.Way;
import io.gantry.kit.problem.Refused;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Sends an image to the registry that its name says. Waits; not for event loops. */
@Singleton
public class Pusher {
    private final Registries registries;
    private final Database database;
    private final Images images;
    private final Manifests manifests;
    private final BlobReader blobs;
    private final BlobWriter content;
    private final ImageNews news;
    private final WireLedger wire;

    @Inject
    Pusher(Registries registries, Database database, Images images, Manifests manifests, BlobReader blobs, BlobWriter content, ImageNews news, WireLedger wire) {
        this.registries = registries;
        this.database = database;
        this.images = images;
        this.manifests = manifests;
        this.blobs = blobs;
        this.content = content;
        this.news = news;
        this.wire = wire;
    }

    /** @param size of the manifest, in bytes */
    public record Pushed(String tag, Digest manifest, int size) {}

    /** @param scope within which the image must have been made */
    public Pushed push(ImageRef name, Credentials credentials, Optional<Scope> scope, TransferHearer hearer) throws InterruptedException {
        ManifestRow row = database.await(() -> images.byReference(name.toString()))
                .filter(one -> Scoped.mayUse(scope, one))
                .orElseThrow(() -> Images.unknown(name.toString()));
        if (!Scoped.owns(scope, row)) {
            throw new Refused(ProblemType.FORBIDDEN, "the image " + name + " was not made within the scope " + scope.orElseThrow(), "it can be used, but not pushed");
        }
        RemoteName remote = registries.find(name).orElseThrow(() -> new Refused(
                ProblemType.CONFLICT,
                name + " names no other registry, and in Gantry's own it is already",
                "give it the name it shall have there: docker tag " + name + " HOST/" + name));
        RemoteRegistry registry = registries.open(remote, "pull,push", credentials);
        hearer.begins(remote.registry() + "/" + remote.path(), remote.reference());
        List<Sent> sent = whole(Sent.of(row));
        try (BlobWriter.Hold _ = content.hold(sent.stream().flatMap(each -> each.document().parts().stream()).toList())) {
            for (Sent each : sent) {
                if (each.document() instanceof ManifestDocument.Manifest manifest) {
                    blobs(registry, remote, manifest, hearer);
                }
                manifest(registry, remote, each, each == sent.getLast() ? remote.reference() : each.digest().value());
            }
        }
        news.tell(new ImageEvent.Pushed(name));
        return new Pushed(remote.reference(), sent.getLast().digest(), sent.getLast().body().length);
    }

    private record Sent(String repository, Digest digest, byte[] body, ManifestDocument document) {
        static Sent of(ManifestRow row) {
            return new Sent(row.repository(), row.digest(), row.body(), row.document());
        }
    }

    /** An index goes with all that it needs; if that isn't all here, what nodes run of it goes in its place. */
    private List<Sent> whole(Sent named) {
        if (!(named.document() instanceof ManifestDocument.Index index)) {
            return List.of(named);
        }
        List<Sent> all = new ArrayList<>();
        for (Digest part : index.parts()) {
            database.await(() -> manifests.find(named.repository(), part)).map(Sent::of).ifPresent(all::add);
        }
        if (all.size() == index.parts().size()) {
            all.add(named);
            return all;
        }
        return List.of(index.forOurPlatform()
                .flatMap(ours -> all.stream().filter(each -> each.digest().equals(ours.digest())).findFirst())
                .orElseThrow(() -> Images.unknown(named.repository() + "@" + named.digest())));
    }

    private void blobs(RemoteRegistry registry, RemoteName remote, ManifestDocument.Manifest manifest, TransferHearer hearer) throws InterruptedException {
        for (ManifestDocument.Descriptor layer : manifest.layers()) {
            if (MediaTypes.isLayerOfOthers(layer.mediaType()) && blobs.size(layer.digest()).isEmpty()) {
                continue;
            }
            if (there(registry, remote, layer.digest())) {
                wire.add(Way.THERE, layer.size());
                hearer.layer(layer.digest(), State.PRESENT, layer.size(), layer.size());
            } else {
                hearer.layer(layer.digest(), State.MOVING, 0, layer.size());
                upload(registry, remote, layer, hearer);
                hearer.layer(layer.digest(), State.DONE, layer.size(), layer.size());
            }
        }
        if (!there(registry, remote, manifest.config().digest())) {
            upload(registry, remote, manifest.config(), null);
        }
    }

    private static boolean there(RemoteRegistry registry, RemoteName remote, Digest blob) throws InterruptedException {
        var asked = RemoteRegistry.Asked.head("/v2/" + remote.path() + "/blobs/" + blob, remote.path() + "@" + blob);
        HttpResponse<InputStream> answer = registry.send(asked);
        if (answer.statusCode() != 200 && answer.statusCode() != 404) {
            throw registry.refused(asked, answer);
        }
        close(answer);
        return answer.statusCode() == 200;
    }

    /** @param hearer may be {@code null} */
    private void upload(RemoteRegistry registry, RemoteName remote, ManifestDocument.Descriptor part, TransferHearer hearer) throws InterruptedException {
        String what = remote.path() + "@" + part.digest();
        HttpResponse<InputStream> begun = registry.ask(new RemoteRegistry.Asked(
                "POST", URI.create("/v2/" + remote.path() + "/blobs/uploads/"), Map.of(), BodyPublishers::noBody, what));
        close(begun);
        URI location = begun.headers()
                .firstValue("Location")
                .map(text -> begun.uri().resolve(text))
                .orElseThrow(() -> new Refused(ProblemType.UNAVAILABLE, "the registry " + remote.registry() + " doesn't say where " + what + " shall go", null));
        URI target = URI.create(location + (location.getRawQuery() == null ? "?" : "&") + "digest=" + part.digest());
        // the length is known, so that no server has to take pieces
        var body = new RemoteRegistry.Asked(
                "PUT", target, Map.of("Content-Type", "application/octet-stream"),
                () -> part.size() == 0 ? BodyPublishers.noBody() : BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(() -> open(part, hearer)), part.size()), what);
        close(registry.ask(body));
        wire.add(Way.SENT, part.size());
    }

    private InputStream open(ManifestDocument.Descriptor part, TransferHearer hearer) {
        try {
            InputStream in = blobs.open(part.digest());
            return hearer == null ? in : new Progress(in, part.digest(), part.size(), 0, () -> new IllegalStateException("the blob " + part.digest() + " grows"), hearer);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void manifest(RemoteRegistry registry, RemoteName remote, Sent sent, String reference) throws InterruptedException {
        close(registry.ask(new RemoteRegistry.Asked(
                "PUT", URI.create("/v2/" + remote.path() + "/manifests/" + reference), Map.of("Content-Type", sent.document().mediaType()),
                () -> BodyPublishers.ofByteArray(sent.body()), new RemoteName(remote.registry(), remote.path(), reference).toString())));
    }

    private static void close(HttpResponse<InputStream> answer) {
        try (InputStream body = answer.body()) {
            body.readNBytes(1 << 16);
        } catch (IOException e) {
            // its head has said all
        }
    }
}
