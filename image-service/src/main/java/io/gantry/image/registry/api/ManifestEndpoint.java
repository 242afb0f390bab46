package io.gantry.image.registry.api;

import io.gantry.contracts.unit.Digest;
import io.gantry.image.Database;
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
                yield show(found);
            }
            case "HEAD" -> {
                // who asks only whether it is here is about to rely on it
                if (wanted.reference() instanceof Reference.ByDigest(var digest)) {
                    database.await(() -> manifests.look(wanted.repository(), digest));
                }
                yield show(find(request, wanted));
            }
            case "PUT" -> put(request, wanted, body);
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
                    case Reference.ByDigest(var digest) -> database.await(() -> manifests.find(wanted.repository(), digest));
                };
        ManifestRow row = found.orElseThrow(() -> unknown(wanted));
        scoped.see(ScopeHeader.of(request), row);
        return new Found(row, by);
    }

    private static Answer show(Found found) {
        ManifestRow row = found.row();
        List<String> headers = new ArrayList<>(List.of(
                "Content-Type", row.mediaType(), "Docker-Content-Digest", row.digest().value(), "ETag", '"' + row.digest().value() + '"'));
        // RFC 7234, 5.5.1: 110 is "Response is Stale"
        if (found.by() instanceof Mirror.Brought.Here(var old) && old.isPresent()) {
            headers.addAll(List.of("Warning", "110 gantry \"" + old.get().replaceAll("[^ -~]|[\"\\\\]", " ") + "\""));
        }
        return Answer.bytes(200, row.body(), headers.toArray(String[]::new));
    }

    private Answer put(HttpServerRequest request, RegistryRequest.Manifest wanted, RequestBody body) throws IOException {
        byte[] bytes = body.readNBytes(ManifestIntake.LIMIT + 1);
        Digest expected = wanted.reference() instanceof Reference.ByDigest(var digest) ? digest : null;
        NewManifest manifest = intake.check(wanted.repository(), bytes, request.getHeader("Content-Type"), expected);
        scoped.push(ScopeHeader.of(request), manifest);
        List<String> tags = wanted.reference() instanceof Reference.Tag(var tag) ? List.of(tag) : List.of();
        database.await(() -> manifests.store(manifest, tags));
        String location = "/v2/" + wanted.repository() + "/manifests/" + manifest.digest();
        return manifest.document()
                .subject()
                .map(subject -> Answer.empty(
                        201, "Location", location, "Docker-Content-Digest", manifest.digest().value(), "OCI-Subject", subject.value()))
                .orElseGet(() -> Answer.empty(201, "Location", location, "Docker-Content-Digest", manifest.digest().value()));
    }

    private Answer delete(RegistryRequest.Manifest wanted) {
        boolean gone =
                switch (wanted.reference()) {
                    case Reference.Tag(var tag) -> database.await(() -> manifests.untag(wanted.repository(), tag));
                    case Reference.ByDigest(var digest) -> database.await(() -> manifests.delete(wanted.repository(), digest));
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
                    case Reference.ByDigest(var digest) -> digest.value();
                };
        return new RegistryRefusal(Code.MANIFEST_UNKNOWN, wanted.repository() + " has no such manifest", reference);
    }
}
