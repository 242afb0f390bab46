package io.gantry.image.build.step;

import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.spec.Scope;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.image.Database;
import io.gantry.image.build.core.CacheRecords;
import io.gantry.image.build.core.CacheRecords.Kept;
import io.gantry.image.content.BlobReader;
import io.gantry.image.reference.store.Images;
import io.gantry.image.reference.store.Scoped;
import io.gantry.image.registry.core.ImageDocument;
import io.gantry.image.registry.store.ManifestRow;
import io.gantry.image.remote.Puller;
import io.gantry.image.remote.Pusher;
import io.gantry.kit.problem.Refused;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What builds keep, to a registry and from one, where an empty service finds it: see {@link CacheRecords}. */
@Singleton
class CarriedCache {
    private static final int CONFIG_LIMIT = 8 << 20;
    private final Database database;
    private final Images images;
    private final BlobReader blobs;
    private final Puller puller;
    private final Pusher pusher;
    private final ImageAssembly assembly;

    @Inject
    CarriedCache(Database database, Images images, BlobReader blobs, Puller puller, Pusher pusher, ImageAssembly assembly) {
        this.database = database;
        this.images = images;
        this.blobs = blobs;
        this.puller = puller;
        this.pusher = pusher;
        this.assembly = assembly;
    }

    /** Of all that the request names; what can't be had is told, and the build goes on without. */
    Map<Digest, Kept> fetch(BuildRequest request, StepBook book) throws IOException, InterruptedException {
        Map<Digest, Kept> all = new HashMap<>();
        for (ImageRef from : request.carried().from()) {
            try {
                all.putAll(fetch(from, request, book));
            } catch (Refused refused) {
                book.text("what builds keep can't be had from " + from + ", it goes on without: " + refused.getMessage() + "\n");
            }
        }
        return all;
    }

    private Map<Digest, Kept> fetch(ImageRef from, BuildRequest request, StepBook book) throws IOException, InterruptedException {
        Optional<Scope> scope = request.scope();
        puller.pull(from, request.carried().login(from), scope, new PullText(book.ofNone()));
        ResolvedImage image = database.await(() -> images.byReference(from.toString()))
                .filter(row -> Scoped.mayUse(scope, row))
                .flatMap(ManifestRow::image)
                .orElseThrow(() -> Images.unknown(from.toString()));
        return CacheRecords.read(ImageDocument.parse(blobs.small(image.id(), CONFIG_LIMIT)).json(), image.layers())
                .orElseThrow(() -> new Refused(ProblemType.CONFLICT, "it is no cache of builds", "send one there by --cache-to"))
                .records();
    }

    /** Tagged in this registry, and sent on where its name says another. */
    void send(ImageRef to, BuildRequest request, CacheRecords used, StepBook book) throws IOException, InterruptedException {
        Map<String, String> labels = request.scope().map(Scope::markOfImage).orElse(Map.of());
        assembly.store(used.configuration(labels), used.layers(), List.of(to));
        if (puller.knows(to)) {
            pusher.push(to, request.carried().login(to), request.scope(), new PullText(book.ofNone()));
        }
        book.text("kept " + used.layers().size() + " layers for other builds as " + to + "\n");
    }
}
