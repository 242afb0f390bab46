package io.gantry.image.report.core;

import io.gantry.contracts.tar.TarEntry.Kind;
import io.gantry.image.layer.core.FileTree;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** Layers on top of each other (OCI image spec, "Layer"): what a container would see, and what nobody sees any more. Layers have numbers from 1. */
final class LayerStack {
    private static final String WHITEOUT = ".wh.";
    private static final String OPAQUE = ".wh..wh..opq";

    record Placed(FileEntry entry, int layer) {}

    /** A file with content that a later layer hides: by another in its place, or because it is deleted there. */
    record Hidden(Placed file, int by, boolean deleted) {}

    private final TreeMap<String, Placed> seen = new TreeMap<>();
    private final List<Hidden> hidden = new ArrayList<>();
    private int layers;

    static LayerStack of(List<LayerReading> layers) {
        LayerStack stack = new LayerStack();
        layers.forEach(layer -> stack.add(layer.files()));
        return stack;
    }

    private void add(List<FileEntry> layer) {
        layers++;
        Map<String, FileEntry> brought = new LinkedHashMap<>();
        for (FileEntry each : layer) {
            String name = each.name();
            if (name.equals(OPAQUE)) {
                hideBelow(each.folder());
            } else if (name.startsWith(WHITEOUT + WHITEOUT)) {
                continue;
            } else if (name.startsWith(WHITEOUT)) {
                String gone = (each.folder().isEmpty() ? "" : each.folder() + "/") + name.substring(WHITEOUT.length());
                hideBelow(gone);
                hide(seen.remove(gone), true);
            } else {
                brought.put(each.path(), each);
            }
        }
        brought.values().forEach(this::put);
    }

    private void put(FileEntry entry) {
        Placed before = seen.get(entry.path());
        if (before != null && before.entry().kind() == Kind.FOLDER && entry.kind() != Kind.FOLDER) {
            hideBelow(entry.path());
        }
        hide(before, false);
        seen.put(entry.path(), new Placed(entry, layers));
    }

    /** What this layer itself brought, nobody hides. */
    private void hide(Placed file, boolean deleted) {
        if (file != null && file.layer() < layers && file.entry().size() > 0) {
            hidden.add(new Hidden(file, layers, deleted));
        }
    }

    private void hideBelow(String folder) {
        NavigableMap<String, Placed> below = folder.isEmpty() ? seen : seen.subMap(folder + "/", true, folder + "0", false);
        below.values().forEach(file -> hide(file, true));
        below.clear();
    }

    /** What a container would see, in the order of the paths. */
    Collection<Placed> seen() {
        return seen.values();
    }

    Optional<Placed> at(String path) {
        return Optional.ofNullable(seen.get(FileTree.clean(path)));
    }

    /** Whether what that layer has there is what a container would see. */
    boolean sees(String path, int layer) {
        Placed there = seen.get(path);
        return there != null && there.layer() == layer;
    }

    List<Hidden> hidden() {
        return hidden;
    }
}
