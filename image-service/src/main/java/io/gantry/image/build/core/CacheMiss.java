package io.gantry.image.build.core;

import io.gantry.contracts.view.BuildMissView;
import io.gantry.contracts.view.BuildMissView.Reason;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Why a step takes nothing from before: how it differs from what is kept of steps like it. Of those the one with the same instruction and the fewest differences is held against
 * it; where none has the same instruction, one that went on the same layers.
 */
public final class CacheMiss {
    /** Files that are named; the rest is counted. */
    private static final int NAMED = 10;

    private CacheMiss() {}

    /**
     * @param kept of earlier steps, the newest first
     * @param newest the last step before it that made something in this build, in words; empty if nothing was made
     * @return at least one reason
     */
    public static List<BuildMissView> why(Ingredients now, List<Ingredients> kept, Optional<String> newest) {
        Optional<List<BuildMissView>> least = kept.stream()
                .filter(each -> each.instruction().equals(now.instruction()))
                .map(each -> differences(each, now, newest))
                .min(Comparator.comparingInt(List::size));
        if (least.isPresent()) {
            List<BuildMissView> all = least.get();
            return all.isEmpty() ? List.of(new BuildMissView(Reason.GONE, null, "what an earlier build made of the same is kept no more")) : shown(all);
        }
        return kept.stream()
                .filter(each -> each.below().equals(now.below()))
                .findFirst()
                .map(each -> List.of(new BuildMissView(Reason.INSTRUCTION, each.instruction(), "the instruction is another; it was " + Place.shortened(each.instruction()))))
                .orElseGet(() -> List.of(new BuildMissView(Reason.NEW, null, "no build that is known had this instruction")));
    }

    private static List<BuildMissView> differences(Ingredients was, Ingredients now, Optional<String> newest) {
        List<BuildMissView> all = new ArrayList<>();
        if (!was.below().equals(now.below())) {
            all.add(new BuildMissView(Reason.BELOW, newest.orElse(null), newest.map(step -> "it goes on another layer, made by " + step).orElse("the base image is another")));
        }
        compare(was.arguments(), now.arguments(), (name, what) -> all.add(new BuildMissView(Reason.ARGUMENT, name, "the build argument " + name + " is " + what)));
        compare(was.settings(), now.settings(), (name, what) -> all.add(new BuildMissView(Reason.SETTINGS, name, name + " is " + what)));
        for (String mount : new TreeSet<>(now.mounts())) {
            if (!was.mounts().contains(mount)) {
                all.add(new BuildMissView(Reason.MOUNT, mount, "it has " + mount + " now"));
            }
        }
        for (String mount : new TreeSet<>(was.mounts())) {
            if (!now.mounts().contains(mount)) {
                all.add(new BuildMissView(Reason.MOUNT, mount, "it has " + mount + " no more"));
            }
        }
        if (!was.sourceDate().equals(now.sourceDate())) {
            all.add(new BuildMissView(Reason.SOURCE_DATE, null, "SOURCE_DATE_EPOCH is another"));
        }
        files(was.files(), now.files(), all);
        return all;
    }

    private static void files(Map<String, Ingredients.Piece> was, Map<String, Ingredients.Piece> now, List<BuildMissView> all) {
        new TreeMap<>(now).forEach((place, piece) -> {
            Ingredients.Piece before = was.get(place);
            if (before == null) {
                all.add(new BuildMissView(Reason.FILE_ADDED, piece.name(), "the file " + piece.name() + " is new"));
            } else if (!before.digest().equals(piece.digest())) {
                all.add(new BuildMissView(Reason.FILE_CHANGED, piece.name(), "the file " + piece.name() + " is another"));
            }
        });
        new TreeMap<>(was).forEach((place, piece) -> {
            if (!now.containsKey(place)) {
                all.add(new BuildMissView(Reason.FILE_REMOVED, piece.name(), "the file " + piece.name() + " is there no more"));
            }
        });
    }

    private interface Found {
        void add(String name, String what);
    }

    private static void compare(Map<String, String> was, Map<String, String> now, Found found) {
        TreeSet<String> names = new TreeSet<>(was.keySet());
        names.addAll(now.keySet());
        for (String name : names) {
            if (!Objects.equals(was.get(name), now.get(name))) {
                found.add(name, !was.containsKey(name) ? "new" : now.containsKey(name) ? "another" : "there no more");
            }
        }
    }

    /** Reasons that aren't files, then files as far as they are named. */
    private static List<BuildMissView> shown(List<BuildMissView> all) {
        List<BuildMissView> shown = new ArrayList<>();
        int files = 0;
        for (BuildMissView each : all) {
            boolean file = switch (each.reason()) {
                case FILE_ADDED, FILE_CHANGED, FILE_REMOVED -> true;
                case NO_CACHE, NEW, GONE, BELOW, INSTRUCTION, ARGUMENT, SETTINGS, MOUNT, SOURCE_DATE -> false;
            };
            files += file ? 1 : 0;
            if (!file || files <= NAMED) {
                shown.add(each);
            }
        }
        if (files > NAMED) {
            shown.add(new BuildMissView(Reason.FILE_CHANGED, null, "and " + (files - NAMED) + " files more"));
        }
        return shown;
    }
}
