package io.gantry.image.report.core;

import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.spec.ResolvedImage.Layer;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.contracts.view.ImageReportView.Base;
import io.gantry.contracts.view.ImageReportView.Drift;
import io.gantry.contracts.view.ImageReportView.Sharing;
import io.gantry.contracts.view.ImageView;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** An image among the others of the registry: whose layers it has, and what it was made from. */
final class Neighbours {
    private static final String NAME = "org.opencontainers.image.base.name";
    private static final String DIGEST = "org.opencontainers.image.base.digest";
    private final ResolvedImage image;
    private final List<ImageView> all;
    private final Map<Digest, Integer> users = new HashMap<>();

    /** @param all images that are here, it among them */
    Neighbours(ResolvedImage image, List<ImageView> all) {
        this.image = image;
        this.all = all;
        for (ImageView each : all) {
            blobs(each.image()).forEach(blob -> users.merge(blob, 1, Integer::sum));
        }
    }

    /** How many other images have it. */
    int sharedWith(Digest blob) {
        return Math.max(0, users.getOrDefault(blob, 1) - 1);
    }

    Sharing sharing() {
        LayerSums sums = LayerSums.of(all);
        Set<Digest> seen = new HashSet<>();
        long own = 0;
        long shared = 0;
        for (Layer layer : image.layers()) {
            if (seen.add(layer.blob())) {
                own += sharedWith(layer.blob()) == 0 ? layer.size().value() : 0;
                shared += sharedWith(layer.blob()) == 0 ? 0 : layer.size().value();
            }
        }
        return new Sharing(new Bytes(own), new Bytes(shared), sums.images(), new Bytes(sums.stored()), new Bytes(sums.referenced()), new Bytes(sums.referenced() - sums.stored()));
    }

    /** By its labels, else by the image here of whose layers it is made. */
    Base base() {
        Map<String, String> labels = image.config().labels();
        String name = labels.get(NAME);
        String said = labels.get(DIGEST);
        if (name != null && !name.isBlank()) {
            return byLabel(name, said != null && Digest.isDigest(said) ? new Digest(said) : null);
        }
        Optional<ImageView> under = all.stream()
                .filter(each -> isUnder(each.image()))
                .max(Comparator.<ImageView>comparingInt(each -> each.image().layers().size()).thenComparing(each -> each.tags().isEmpty() ? 0 : 1).thenComparing(ImageView::storedAt));
        if (under.isEmpty()) {
            return new Base(Drift.UNKNOWN, null, null, null, "it has no label " + NAME + ", and no image here has the layers that it begins with");
        }
        ResolvedImage base = under.get().image();
        if (!under.get().tags().isEmpty()) {
            String tag = under.get().tags().getFirst().toString();
            return new Base(Drift.CURRENT, tag, base.manifest(), base.manifest(), "it begins with the layers of " + tag);
        }
        String repository = base.reference().repository();
        return new Base(Drift.MOVED, repository, base.manifest(), null, "it begins with the layers of an image of " + repository + " that has no name any more");
    }

    private Base byLabel(String name, Digest from) {
        Optional<Digest> now = all.stream().filter(each -> each.tags().stream().anyMatch(tag -> isCalled(tag, name))).map(each -> each.image().manifest()).findFirst();
        if (now.isEmpty()) {
            return new Base(Drift.UNKNOWN, name, from, null, "its label says " + name + ", of which there is no image here");
        }
        if (from == null) {
            return new Base(Drift.UNKNOWN, name, null, now.get(), "its label says " + name + ", but not which: there is no label " + DIGEST);
        }
        return from.equals(now.get())
                ? new Base(Drift.CURRENT, name, from, now.get(), "its label says " + name + ", which is still that")
                : new Base(Drift.MOVED, name, from, now.get(), "it was made from " + name + " as it was then: that name means another image now");
    }

    private static boolean isCalled(ImageRef tag, String name) {
        try {
            return ImageRef.parse(ImageRef.familiar(name)).tagged().equals(tag.tagged()) || ImageRef.parse(name).tagged().equals(tag.tagged());
        } catch (IllegalArgumentException noName) {
            return false;
        }
    }

    /** It has layers, and ours begin with them and go on. */
    private boolean isUnder(ResolvedImage other) {
        List<Digest> lower = other.layers().stream().map(Layer::diffId).toList();
        List<Digest> ours = image.layers().stream().map(Layer::diffId).toList();
        return !lower.isEmpty() && lower.size() < ours.size() && ours.subList(0, lower.size()).equals(lower);
    }

    private static Set<Digest> blobs(ResolvedImage one) {
        Set<Digest> blobs = new HashSet<>();
        one.layers().forEach(layer -> blobs.add(layer.blob()));
        return blobs;
    }
}
