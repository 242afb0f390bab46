package io.gantry.image.collect.core;

import io.gantry.contracts.unit.Digest;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the registry has, without its bytes.
 *
 * @param named manifests that a tag points to
 * @param cached blobs that builds keep
 * @param released when something ceased to need a blob, where that is known
 */
public record Inventory(List<Manifest> manifests, Set<Place> named, List<Link> links, List<File> files, Set<Digest> cached, Map<Digest, Instant> released) {
    public Inventory {
        manifests = List.copyOf(manifests);
        named = Set.copyOf(named);
        links = List.copyOf(links);
        files = List.copyOf(files);
        cached = Set.copyOf(cached);
        released = Map.copyOf(released);
    }

    /** Something in a repository. */
    public record Place(String repository, Digest digest) {
        @Override
        public String toString() {
            return repository + "@" + digest;
        }
    }

    /**
     * @param size of its own text
     * @param subject what it speaks about, or {@code null}
     * @param parts blobs, or an index's manifests
     * @param letGo since when no name leads to it; {@code null} while one does, and for what never had one
     */
    public record Manifest(Place place, long size, Digest subject, List<Digest> parts, Instant storedAt, Instant letGo) {
        public Manifest {
            parts = List.copyOf(parts);
        }
    }

    /** A blob can be had from a repository. */
    public record Link(Place place, long size, Instant usedAt) {}

    /** A blob's bytes. @param writtenAt when somebody sent or made them last */
    public record File(Digest digest, long size, Instant writtenAt) {}
}
