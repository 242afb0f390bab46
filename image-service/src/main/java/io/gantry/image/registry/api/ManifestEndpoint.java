package io.gantry.image.registry.api;

import io.gantry.contracts.unit.Digest;
import io.gantry.image.Database;
import io.gantry.image.content.Sha512;
import io.gantry.image.edge.Answer;
import io.gantry.image.edge.RequestBody;
import io.gantry.image.edge.ScopeHeader;
import io.gantry.image.registry.ManifestIntake;
import io.gantry.image.registry.core.MediaTypes;
import io.gantry.image.registry.core.RegistryRefusal;
import io.gantry.image.registry.core.RegistryRefusal.Code;
import io.gantry.image.registry.core.RegistryRequest;
import io.gantry.image.registry.core.RegistryRequest.Reference;
import io.gantry.image.registry.store.ManifestRow;
import io.gantry.image.registry.store.Manifests;
import io.gantry.image.registry.store.NewManifest;
import io.gantry.image.remote.Mirror;
import io.gantry.image.sharing.WireLedger;
import io.gantry.image.sharing.WireLedger.Way;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Manifests by tag or digest. */
@Singleton
class ManifestEndpoint {
    private final Database database;
    private final Manifests manifests;
    private final ManifestIntake intake;
    private final Mirror mirror;
    private final WireLedger wire;
    private final ScopedRegistry scoped;

    @Inject
    ManifestEndpoint(Database database, Manifests manifests, ManifestIntake intake, Mirror mirror, WireLedger wire, ScopedRegistry scoped) {
        this.mirror = mirror;
        this.wire = wire;
        this.scoped = scoped;
        this.database = database;
        this.manifests = manifests;
        this.intake = intake;
    }

    Answer answer(HttpServerRequest request, RegistryRequest.Manifest wanted, RequestBody body) throws IOException, InterruptedException {
        return switch (request.method().name()) {
            case "GET" -> {
                Found found = find(request, wanted);
                noteCached(found);
                yield show(wanted, found);
            }
            case "HEAD" -> {
                // who asks only whether it is here is about to rely on it
                if (wanted.reference() instanceof Reference.ByDigest(var digest, _)) {
                    database.await(() -> manifests.look(wanted.repository(), digest));
                }
                yield show(wanted, find(request, wanted));
            }
            case "PUT" -> put(request, wanted.repository(), wanted.reference(), body);
            case "DELETE" -> delete(wanted);
            default -> throw RegistryRoutes.wrongMethod(request);
        };
    }

    private record Found(ManifestRow row, Mirror.Brought by) {}

    /** An index has no layers: whoever asks for one asks for a manifest of it next. */
    private void noteCached(Found found) {
        if (found.by() instanceof Mirror.Brought.Here && MediaTypes.isManifest(found.row().mediaType())) {
            found.row().image().ifPresent(image -> wire.add(Way.CACHED, image.size().value()));
        }
    }

    private Found find(HttpServerRequest request, RegistryRequest.Manifest wanted) throws InterruptedException {
        Mirror.Brought by = mirror.bring(wanted.repository(), wanted.reference());
        Optional<ManifestRow> found =
                switch (wanted.reference()) {
                    case Reference.Tag(var tag) -> database.await(() -> manifests.find(wanted.repository(), tag));
                    case Reference.ByDigest(var digest, _) -> database.await(() -> manifests.find(wanted.repository(), digest));
                };
        ManifestRow row = found.orElseThrow(() -> unknown(wanted));
        scoped.see(ScopeHeader.of(request), row);
        return new Found(row, by);
    }

    private static Answer show(RegistryRequest.Manifest wanted, Found found) {
        ManifestRow row = found.row();
        String digest = wanted.reference() instanceof Reference.ByDigest(_, var asked) ? asked : row.digest().value();
        List<String> headers = new ArrayList<>(List.of(
                "Content-Type", row.mediaType(), "Docker-Content-Digest", digest, "ETag", '"' + digest + '"'));
        // RFC 7234, 5.5.1: 110 is "Response is Stale"
        if (found.by() instanceof Mirror.Brought.Here(var old) && old.isPresent()) {
            headers.addAll(List.of("Warning", "110 gantry \"" + old.get().replaceAll("[^ -~]|[\"\\\\]", " ") + "\""));
        }
        return Answer.bytes(200, row.body(), headers.toArray(String[]::new));
    }

    private Answer put(HttpServerRequest request, String repository, Reference reference, RequestBody body) throws IOException {
        byte[] bytes = body.readNBytes(ManifestIntake.LIMIT + 1);
        Digest expected = reference instanceof Reference.ByDigest(var digest, _) ? digest : null;
        List<String> tags = reference instanceof Reference.Tag(var tag) ? List.of(tag) : List.of();
        NewManifest manifest = checked(request, repository, bytes, expected);
        database.await(() -> manifests.store(manifest, tags));
        return stored(manifest, manifest.digest().value());
    }

    Answer put(HttpServerRequest request, RegistryRequest.ManifestByOther named, RequestBody body) throws IOException {
        byte[] bytes = body.readNBytes(ManifestIntake.LIMIT + 1);
        NewManifest manifest = checked(request, named.repository(), bytes, null);
        Sha512 actual = Sha512.of(bytes);
        if (!actual.equals(named.name())) {
            throw new RegistryRefusal(Code.DIGEST_INVALID, "the manifest's digest is " + actual, named.name());
        }
        database.await(() -> manifests.store(manifest, named.name()));
        return stored(manifest, named.name().value());
    }

    private NewManifest checked(HttpServerRequest request, String repository, byte[] bytes, Digest expected) throws IOException {
        NewManifest manifest = intake.check(repository, bytes, request.getHeader("Content-Type"), expected);
        scoped.push(ScopeHeader.of(request), manifest);
        return manifest;
    }

    private static Answer stored(NewManifest manifest, String digest) {
        List<String> headers = new ArrayList<>(List.of("Location", "/v2/" + manifest.repository() + "/manifests/" + digest, "Docker-Content-Digest", digest));
        manifest.document().subject().ifPresent(subject -> headers.addAll(List.of("OCI-Subject", subject)));
        return Answer.empty(201, headers.toArray(String[]::new));
    }

    private Answer delete(RegistryRequest.Manifest wanted) {
        boolean gone =
                switch (wanted.reference()) {
                    case Reference.Tag(var tag) -> database.await(() -> manifests.untag(wanted.repository(), tag));
                    case Reference.ByDigest(var digest, _) -> database.await(() -> manifests.delete(wanted.repository(), digest));
                };
        if (!gone) {
            throw unknown(wanted);
        }
        return Answer.empty(202);
    }

    private static RegistryRefusal unknown(RegistryRequest.Manifest wanted) {
        String reference =
                switch (wanted.reference()) {
                    case Reference.Tag(var tag) -> tag;
                    case Reference.ByDigest(_, var asked) -> asked;
                };
        return new RegistryRefusal(Code.MANIFEST_UNKNOWN, wanted.repository() + " has no such manifest", reference);
    }
}
