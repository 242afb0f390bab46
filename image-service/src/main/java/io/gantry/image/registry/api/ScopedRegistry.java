package io.gantry.image.registry.api;

import io.gantry.contracts.spec.Scope;
import io.gantry.contracts.unit.Digest;
import io.gantry.image.Database;
import io.gantry.image.edge.ScopeHeader;
import io.gantry.image.reference.store.Scoped;
import io.gantry.image.registry.core.RegistryRefusal;
import io.gantry.image.registry.core.RegistryRefusal.Code;
import io.gantry.image.registry.core.RegistryRequest;
import io.gantry.image.registry.core.RegistryRequest.Reference;
import io.gantry.image.registry.store.ManifestRow;
import io.gantry.image.registry.store.Manifests;
import io.gantry.image.registry.store.NewManifest;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Optional;

/**
 * What a registry client may do who asks within a scope: see and fetch images that nobody made within another one, and push, name and delete their own. What they may not see isn't there; what they may not
 * change is denied. To those without a scope nothing is refused. Waits; not for event loops.
 */
@Singleton
class ScopedRegistry {
    private final Database database;
    private final Manifests manifests;

    @Inject
    ScopedRegistry(Database database, Manifests manifests) {
        this.database = database;
        this.manifests = manifests;
    }

    /** Of what is asked for by its path; manifests are looked at when they are found. */
    void check(HttpServerRequest request, RegistryRequest wanted) {
        ScopeHeader.of(request).ifPresent(scope -> check(scope, request.method().name(), wanted));
    }

    private void check(Scope scope, String method, RegistryRequest wanted) {
        switch (wanted) {
            case RegistryRequest.Base _, RegistryRequest.Uploads _, RegistryRequest.Upload _, RegistryRequest.ManifestByOther _ -> {}
            case RegistryRequest.Catalog _ -> throw denied("repositories are listed for tokens without a scope alone, not for one of " + scope, "");
            case RegistryRequest.Tags(var repository) -> {
                if (!database.await(() -> manifests.images(repository)).stream().allMatch(row -> Scoped.mayUse(Optional.of(scope), row))) {
                    throw denied("the repository has images of other scopes than " + scope, repository);
                }
            }
            case RegistryRequest.Referrers(var repository, var subject) -> {
                if (Digest.isDigest(subject)) {
                    database.await(() -> manifests.find(repository, new Digest(subject))).ifPresent(row -> see(Optional.of(scope), row));
                }
            }
            case RegistryRequest.Blob(var repository, var digest, _) -> blob(scope, method, repository, digest);
            case RegistryRequest.Manifest(var repository, var reference) -> {
                if (method.equals("PUT") && reference instanceof Reference.Tag(var tag)) {
                    database.await(() -> manifests.find(repository, tag)).ifPresent(row -> own(scope, row, repository + ":" + tag));
                } else if (method.equals("DELETE")) {
                    find(repository, reference).ifPresent(row -> {
                        see(Optional.of(scope), row);
                        own(scope, row, repository);
                    });
                }
            }
        }
    }

    private Optional<ManifestRow> find(String repository, Reference reference) {
        return database.await(() -> switch (reference) {
            case Reference.Tag(var tag) -> manifests.find(repository, tag);
            case Reference.ByDigest(var digest, _) -> manifests.find(repository, digest);
        });
    }

    private void blob(Scope scope, String method, String repository, Digest digest) {
        if (!method.equals("GET") && !method.equals("HEAD")) {
            throw denied("blobs are deleted with tokens without a scope alone, not with one of " + scope, digest);
        }
        if (!maySee(Optional.of(scope), repository, digest)) {
            throw new RegistryRefusal(Code.BLOB_UNKNOWN, repository + " has no such blob", digest);
        }
    }

    /** A manifest there that they may use needs it. What was only just sent no manifest needs: it may be sent once more. */
    boolean maySee(Optional<Scope> scope, String repository, Digest blob) {
        return scope.isEmpty() || database.await(() -> manifests.needing(repository, blob)).stream().anyMatch(row -> Scoped.mayUse(scope, row));
    }

    /** @throws RegistryRefusal as if it weren't there, if it is of another scope */
    void see(Optional<Scope> scope, ManifestRow row) {
        if (!Scoped.mayUse(scope, row)) {
            throw new RegistryRefusal(Code.MANIFEST_UNKNOWN, row.repository() + " has no such manifest", row.digest());
        }
    }

    /** What they push bears their labels, as what they build does: nobody else can write them into a configuration, which has its digest. */
    void push(Optional<Scope> scope, NewManifest manifest) {
        scope.ifPresent(one -> {
            Map<String, String> labels = manifest.image().map(image -> image.config().labels()).orElse(Map.of());
            if (!labels.entrySet().containsAll(one.markOfImage().entrySet())) {
                String wanted = one.markOfImage().entrySet().stream().sorted(Map.Entry.comparingByKey()).map(label -> "--label " + label.getKey() + "=" + label.getValue()).reduce((a, b) -> a + " " + b).orElseThrow();
                throw denied("what a token of the scope " + one + " pushes is an image of that scope: build it with " + wanted, manifest.digest());
            }
        });
    }

    private static void own(Scope scope, ManifestRow row, String name) {
        if (!Scoped.owns(Optional.of(scope), row)) {
            throw denied(name + " stands for an image that was not made within the scope " + scope, row.digest());
        }
    }

    private static RegistryRefusal denied(String why, Object what) {
        return new RegistryRefusal(Code.DENIED, why, what);
    }
}
