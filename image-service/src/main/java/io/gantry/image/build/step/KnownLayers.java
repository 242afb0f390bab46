package io.gantry.image.build.step;

import io.gantry.contracts.unit.Digest;
import io.gantry.image.Database;
import io.gantry.image.build.core.CacheRecords;
import io.gantry.image.build.core.CacheRecords.Kept;
import io.gantry.image.build.store.BuildCache;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Layers by what they are made of, as one build knows them: those that this service keeps, and those that were carried here for this build. The latter are only believed by whoever named where they come from: they
 * never come among the former.
 */
final class KnownLayers {
    private final BuildCache cache;
    private final Database database;
    private final Map<Digest, Kept> carried;
    private final Map<Digest, Kept> used = new ConcurrentHashMap<>();
    private CompletableFuture<Map<Digest, Kept>> expected = CompletableFuture.completedFuture(Map.of());

    KnownLayers(BuildCache cache, Database database, Map<Digest, Kept> carried) {
        this.cache = cache;
        this.database = database;
        this.carried = Map.copyOf(carried);
    }

    /** Before the first is looked for: these are asked for together, meanwhile. */
    void expect(Set<Digest> keys) {
        if (!keys.isEmpty()) {
            expected = database.begin(() -> cache.find(keys));
        }
    }

    Optional<Kept> find(Digest key) {
        Optional<Kept> found = Optional.ofNullable(database.await(expected).get(key))
                .filter(cache::isHere)
                .or(() -> database.await(() -> cache.find(key)))
                .or(() -> Optional.ofNullable(carried.get(key)));
        found.ifPresent(kept -> used.put(key, kept));
        return found;
    }

    /** It was made in this build. */
    void made(Digest key, Kept kept) {
        used.put(key, kept);
    }

    /** All that the build took or made. */
    CacheRecords used() {
        return new CacheRecords(used);
    }
}
