package io.gantry.image.collect.core;

import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.view.CollectionView.Kind;
import io.gantry.contracts.view.CollectionView.Reason;
import io.gantry.contracts.view.ImageUse;
import io.gantry.image.collect.core.Inventory.File;
import io.gantry.image.collect.core.Inventory.Link;
import io.gantry.image.collect.core.Inventory.Manifest;
import io.gantry.image.collect.core.Inventory.Place;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What goes, and why the rest stays. Goals, in this order: what anybody could still ask for stays; what stays is whole; what nobody can ask for goes.
 *
 * <p>A manifest goes if no tag points to it, no index that stays has it, nothing that it speaks about stays, nobody runs it, and all that has been so for
 * long enough. With an index go its manifests and what speaks about them, unless something else leads there. A repository's link to a blob goes if no manifest
 * of the repository needs it; a file if no link, no build and nobody who runs it does. What a manifest needed that goes in this plan waits for a later one: somebody may
 * have begun to run it since we asked.
 *
 * <p>Manifests are in the order in which they can go: an index before what it has.
 */
public record CollectionPlan(List<GoingManifest> manifests, List<Link> links, List<GoingFile> files, List<Stays> stays) {
    public CollectionPlan {
        manifests = List.copyOf(manifests);
        links = List.copyOf(links);
        files = List.copyOf(files);
        stays = List.copyOf(stays);
    }

    public record GoingManifest(Manifest manifest, Instant since) {}

    public record GoingFile(File file, Instant since) {}

    /**
     * @param repository {@code null} for bytes that all share
     * @param by what keeps it; may be {@code null}
     * @param since when nothing has led to it, for what waits; otherwise {@code null}
     */
    public record Stays(Kind kind, String repository, Digest digest, long size, Reason reason, String by, Instant since) {}

    public static CollectionPlan of(Inventory there, Terms terms) {
        return new Planner(there, terms).plan();
    }

    private static final class Planner {
        private final Inventory there;
        private final Terms terms;
        private final Map<Place, Manifest> known = new HashMap<>();
        private final Map<Place, List<Place>> indexes = new HashMap<>();
        private final Map<Digest, String> users = new HashMap<>();
        private final Map<Digest, String> blobUsers = new HashMap<>();
        private final Map<Place, Instant> gone = new LinkedHashMap<>();
        private final List<Stays> stays = new ArrayList<>();

        private Planner(Inventory there, Terms terms) {
            this.there = there;
            this.terms = terms;
            there.manifests().forEach(each -> known.put(each.place(), each));
            for (Manifest each : there.manifests()) {
                for (Digest part : each.parts()) {
                    indexes.computeIfAbsent(new Place(each.place().repository(), part), _ -> new ArrayList<>()).add(each.place());
                }
            }
            for (ImageUse use : terms.uses()) {
                users.putIfAbsent(use.manifest(), use.by());
                use.blobs().forEach(blob -> blobUsers.putIfAbsent(blob, use.by()));
            }
        }

        private CollectionPlan plan() {
            List<GoingManifest> going = manifests();
            Map<Place, Place> needed = new HashMap<>();
            Set<Place> neededByGone = new HashSet<>();
            for (Manifest each : there.manifests()) {
                for (Digest part : each.parts()) {
                    Place place = new Place(each.place().repository(), part);
                    if (gone.containsKey(each.place())) {
                        neededByGone.add(place);
                    } else {
                        needed.put(place, each.place());
                    }
                }
            }
            List<Link> links = new ArrayList<>();
            Map<Digest, Place> staying = new HashMap<>();
            Map<Digest, Instant> waiting = new HashMap<>();
            for (Link link : there.links()) {
                Digest digest = link.place().digest();
                if (needed.containsKey(link.place())) {
                    staying.putIfAbsent(digest, needed.get(link.place()));
                } else if (neededByGone.contains(link.place())) {
                    // it is let go when its manifest is
                    waiting.put(digest, terms.before().plus(terms.grace()));
                } else if (!link.usedAt().isBefore(terms.before())) {
                    waiting.merge(digest, link.usedAt(), CollectionPlan::later);
                } else {
                    links.add(link);
                }
            }
            return new CollectionPlan(going, links, files(staying, waiting), stays);
        }

        private List<GoingManifest> manifests() {
            boolean more = true;
            while (more) {
                more = false;
                for (Manifest each : there.manifests()) {
                    if (!gone.containsKey(each.place()) && reason(each) == null) {
                        gone.put(each.place(), since(each));
                        more = true;
                    }
                }
            }
            for (Manifest each : there.manifests()) {
                if (!gone.containsKey(each.place())) {
                    stays.add(reason(each));
                }
            }
            return gone.entrySet().stream().map(each -> new GoingManifest(known.get(each.getKey()), each.getValue())).toList();
        }

        /** Why it stays, as far as is known by now; {@code null} if it goes. */
        private Stays reason(Manifest manifest) {
            Place place = manifest.place();
            if (there.named().contains(place)) {
                return stays(manifest, Reason.NAMED, null, null);
            }
            for (Place index : indexes.getOrDefault(place, List.of())) {
                if (!gone.containsKey(index)) {
                    return stays(manifest, Reason.IN_AN_INDEX, index.toString(), null);
                }
            }
            if (manifest.subject() != null) {
                Place subject = new Place(place.repository(), manifest.subject());
                if (known.containsKey(subject) && !gone.containsKey(subject)) {
                    return stays(manifest, Reason.REFERS, subject.toString(), null);
                }
            }
            if (users.containsKey(place.digest())) {
                return stays(manifest, Reason.IN_USE, users.get(place.digest()), null);
            }
            Instant since = since(manifest);
            if (since == null) {
                return stays(manifest, Reason.NEVER_NAMED, null, null);
            }
            return since.isBefore(terms.before()) ? null : stays(manifest, Reason.WAITS, null, since);
        }

        /** {@code null}: never, unless asked for. */
        private Instant since(Manifest manifest) {
            if (manifest.letGo() != null) {
                return manifest.letGo();
            }
            Instant last = null;
            for (Place index : indexes.getOrDefault(manifest.place(), List.of())) {
                last = later(last, gone.get(index));
            }
            if (manifest.subject() != null) {
                last = later(last, gone.get(new Place(manifest.place().repository(), manifest.subject())));
            }
            return last != null ? last : terms.neverNamed() ? manifest.storedAt() : null;
        }

        private List<GoingFile> files(Map<Digest, Place> staying, Map<Digest, Instant> waiting) {
            List<GoingFile> going = new ArrayList<>();
            for (File file : there.files()) {
                Digest digest = file.digest();
                Instant since = later(file.writtenAt(), there.released().get(digest));
                if (staying.containsKey(digest)) {
                    stays.add(stays(file, Reason.NEEDED, staying.get(digest).toString(), null));
                } else if (there.cached().contains(digest)) {
                    stays.add(stays(file, Reason.BUILD_CACHE, null, null));
                } else if (blobUsers.containsKey(digest)) {
                    stays.add(stays(file, Reason.IN_USE, blobUsers.get(digest), null));
                } else if (waiting.containsKey(digest)) {
                    stays.add(stays(file, Reason.WAITS, null, later(since, waiting.get(digest))));
                } else if (!since.isBefore(terms.before())) {
                    stays.add(stays(file, Reason.WAITS, null, since));
                } else {
                    going.add(new GoingFile(file, since));
                }
            }
            return going;
        }

        private static Stays stays(Manifest manifest, Reason reason, String by, Instant since) {
            return new Stays(Kind.MANIFEST, manifest.place().repository(), manifest.place().digest(), manifest.size(), reason, by, since);
        }

        private static Stays stays(File file, Reason reason, String by, Instant since) {
            return new Stays(Kind.BLOB, null, file.digest(), file.size(), reason, by, since);
        }
    }

    private static Instant later(Instant one, Instant other) {
        return one == null || other != null && other.isAfter(one) ? other : one;
    }
}
