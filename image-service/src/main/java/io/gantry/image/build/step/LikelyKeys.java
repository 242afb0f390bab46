package io.gantry.image.build.step;

import io.gantry.contracts.unit.Digest;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Which layers builds of a Dockerfile took or made the last time: the next one of the same asks for all of them at once. What isn't known here any more is asked for one by one. Thread-safe. */
@Singleton
class LikelyKeys {
    private static final int REMEMBERED = 256;

    private final Map<Digest, Set<Digest>> latest = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Digest, Set<Digest>> eldest) {
            return size() > REMEMBERED;
        }
    };

    /** @param dockerfile the digest of its text */
    synchronized Set<Digest> of(Digest dockerfile) {
        return latest.getOrDefault(dockerfile, Set.of());
    }

    synchronized void remember(Digest dockerfile, Set<Digest> keys) {
        latest.put(dockerfile, Set.copyOf(keys));
    }
}
