package io.gantry.image.collect.core;

import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.view.CollectionView;
import io.gantry.contracts.view.CollectionView.Detail;
import io.gantry.contracts.view.CollectionView.Gone;
import io.gantry.contracts.view.CollectionView.Kept;
import io.gantry.contracts.view.CollectionView.Kind;
import io.gantry.contracts.view.CollectionView.Reason;
import io.gantry.contracts.view.CollectionView.Stored;
import io.gantry.contracts.view.CollectionView.Waiting;
import io.gantry.image.collect.core.CollectionPlan.GoingFile;
import io.gantry.image.collect.core.CollectionPlan.Stays;
import io.gantry.image.collect.core.Inventory.Link;
import io.gantry.image.collect.core.Inventory.Manifest;
import io.gantry.image.collect.core.Inventory.Place;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** A plan, or what became of it, for people. */
public final class CollectionReport {
    private CollectionReport() {}

    /** @param details of each single thing that stays */
    public static CollectionView of(Inventory there, CollectionPlan plan, Terms terms, boolean dryRun, boolean details) {
        List<Gone> manifests = plan.manifests().stream()
                .map(each -> new Gone(each.manifest().place().repository(), each.manifest().place().digest(), new Bytes(each.manifest().size()), each.since()))
                .toList();
        List<Gone> blobs = plan.files().stream().map(each -> new Gone(null, each.file().digest(), new Bytes(each.file().size()), each.since())).toList();
        List<Detail> all = details
                ? plan.stays().stream().map(each -> new Detail(each.kind(), each.repository(), each.digest(), new Bytes(each.size()), each.reason(), each.by())).toList()
                : List.of();
        return new CollectionView(dryRun, terms.before(), manifests, blobs, sum(plan.files()), kept(plan.stays()), waiting(plan.stays(), terms), all, stored(there, plan));
    }

    private static Bytes sum(List<GoingFile> files) {
        return new Bytes(files.stream().mapToLong(each -> each.file().size()).sum());
    }

    private static List<Kept> kept(List<Stays> stays) {
        Map<Kind, Map<Reason, long[]>> sums = new TreeMap<>();
        for (Stays each : stays) {
            long[] sum = sums.computeIfAbsent(each.kind(), _ -> new TreeMap<>()).computeIfAbsent(each.reason(), _ -> new long[2]);
            sum[0]++;
            sum[1] += each.size();
        }
        return sums.entrySet().stream()
                .flatMap(kind -> kind.getValue().entrySet().stream().map(one -> new Kept(kind.getKey(), one.getKey(), (int) one.getValue()[0], new Bytes(one.getValue()[1]))))
                .toList();
    }

    private static List<Waiting> waiting(List<Stays> stays, Terms terms) {
        return stays.stream()
                .filter(each -> each.reason() == Reason.WAITS)
                .map(each -> new Waiting(each.kind(), each.repository(), each.digest(), new Bytes(each.size()), each.since().plus(terms.grace())))
                .sorted(Comparator.comparing(Waiting::goes).thenComparing(each -> each.digest().value()))
                .toList();
    }

    private static Stored stored(Inventory there, CollectionPlan plan) {
        Set<Digest> gone = new HashSet<>();
        plan.files().forEach(each -> gone.add(each.file().digest()));
        Set<Place> without = new HashSet<>();
        plan.manifests().forEach(each -> without.add(each.manifest().place()));
        Map<Place, Long> sizes = new HashMap<>();
        for (Link link : there.links()) {
            sizes.put(link.place(), link.size());
        }
        int count = 0;
        long bytes = 0;
        for (Inventory.File file : there.files()) {
            if (!gone.contains(file.digest())) {
                count++;
                bytes += file.size();
            }
        }
        long referenced = 0;
        for (Manifest each : there.manifests()) {
            if (!without.contains(each.place())) {
                for (Digest part : each.parts()) {
                    referenced += sizes.getOrDefault(new Place(each.place().repository(), part), 0L);
                }
            }
        }
        return new Stored(count, new Bytes(bytes), new Bytes(referenced));
    }
}
