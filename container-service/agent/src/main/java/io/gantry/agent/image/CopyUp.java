package io.gantry.agent.image;

import io.gantry.agent.image.Below.Found;
import io.gantry.kernel.files.TreeReader.Entry;
import io.gantry.kernel.files.TreeReader.Kind;
import io.gantry.kernel.files.TreeWriter;
import io.gantry.kernel.files.TreeWriter.Meta;
import io.gantry.kernel.syscall.DeviceNumber;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Brings into a layer's tree what its tar goes through and doesn't bring itself, as it is in the layers below: folders with their attributes, links on the way, files that get another
 * name by a hard link. What is made of the tar afterwards is where it would be if all layers were unpacked in one folder, one after the other. What isn't there below either is left to the tree,
 * which makes a plain folder of root's or refuses.
 */
final class CopyUp {
    private static final int MOST_LINKS = 40;
    private static final int LONGEST_NAME = 255;
    private static final int LONGEST_PATH = 4095;
    private static final Meta PLAIN = new Meta(0755, 0, 0, 0, 0, Map.of());

    private final LayerTree tree;
    private final Below below;
    private final LayerBudget budget;
    private final Set<String> whiteouts;
    private final Map<String, Meta> folders = new LinkedHashMap<>();
    private final Set<String> opaque = new HashSet<>();

    /** @param whiteouts paths of those that are in the tree; what the tar goes through isn't one any more */
    CopyUp(LayerTree tree, Below below, LayerBudget budget, Set<String> whiteouts) {
        this.tree = tree;
        this.below = below;
        this.budget = budget;
        this.whiteouts = whiteouts;
    }

    /**
     * @param path of a folder that the tar goes through
     * @return where that is with all links followed, as far as it is there
     * @throws IOException if the path climbs
     */
    String folder(String path) throws IOException {
        Deque<String> todo = new ArrayDeque<>(Arrays.asList(TreeWriter.clean(path).split("/")));
        String at = "";
        int followed = 0;
        while (!todo.isEmpty()) {
            String part = todo.removeFirst();
            if (part.isEmpty() || part.equals(".")) {
                continue;
            }
            if (part.equals("..")) {
                at = at.substring(0, Math.max(0, at.lastIndexOf('/')));
                continue;
            }
            String next = at.isEmpty() ? part : at + "/" + part;
            Optional<Kind> here = sayable(part, next) ? here(next) : Optional.empty();
            if (here.isPresent() && here.get() == Kind.FOLDER) {
                at = next;
            } else if (here.isPresent() && here.get() == Kind.LINK && ++followed <= MOST_LINKS) {
                String target = tree.target(next);
                at = target.startsWith("/") ? "" : at;
                Arrays.asList(target.split("/")).reversed().forEach(todo::addFirst);
            } else {
                return todo.isEmpty() ? next : next + "/" + String.join("/", todo);
            }
        }
        return at;
    }

    /** The file that a hard link is to; what it names may be below. */
    void file(String path) throws IOException {
        String clean = TreeWriter.clean(path);
        int slash = clean.lastIndexOf('/');
        String name = clean.substring(slash + 1);
        String real = name(clean.substring(0, Math.max(0, slash)), name);
        if (name.isEmpty() || !sayable(name, real) || tree.kind(real).isPresent()) {
            return;
        }
        Optional<Found> found = find(real);
        if (found.isPresent()) {
            copy(real, found.get());
        }
    }

    /** Where a name in a folder that the tar goes through really is. */
    String name(String folder, String name) throws IOException {
        String real = folder(folder);
        return real.isEmpty() ? name : real + "/" + name;
    }

    /** What the layer itself has at a path without links, brought or copied. */
    Optional<Kind> own(String path) throws IOException {
        return sayable(path.substring(path.lastIndexOf('/') + 1), path) ? tree.kind(path) : Optional.empty();
    }

    /** Nothing of the layers below shows in this folder any more. */
    void hide(String folder) {
        opaque.add(folder);
    }

    /** The folders that came from below get their times again: things were made in them. */
    void finish() throws IOException {
        for (var folder : folders.entrySet()) {
            if (tree.kind(folder.getKey()).filter(Kind.FOLDER::equals).isPresent()) {
                tree.time(folder.getKey(), folder.getValue());
            }
        }
    }

    private Optional<Kind> here(String path) throws IOException {
        Optional<Kind> here = tree.kind(path);
        if (here.isPresent() && whiteouts.remove(path)) {
            tree.folder(path, PLAIN);
            tree.opaque(path);
            hide(path);
            return Optional.of(Kind.FOLDER);
        }
        if (here.isPresent()) {
            return here;
        }
        Optional<Found> found = find(path).filter(one -> one.entry().kind() == Kind.FOLDER || one.entry().kind() == Kind.LINK);
        if (found.isPresent()) {
            copy(path, found.get());
        }
        return found.map(one -> one.entry().kind());
    }

    private Optional<Found> find(String path) throws IOException {
        for (String hidden = path; !hidden.isEmpty(); ) {
            hidden = hidden.substring(0, Math.max(0, hidden.lastIndexOf('/')));
            if (opaque.contains(hidden)) {
                return Optional.empty();
            }
        }
        return below.at(path);
    }

    private void copy(String path, Found found) throws IOException {
        Entry entry = found.entry();
        Meta meta = meta(entry);
        switch (entry.kind()) {
            case FOLDER -> {
                tree.folder(path, meta);
                folders.put(path, meta);
            }
            case LINK -> tree.link(path, entry.target(), meta);
            case FILE -> {
                try (InputStream content = budget.and(Files.newInputStream(found.file()))) {
                    tree.file(path, meta, content);
                }
            }
            case CHARACTER_DEVICE -> node(path, LayerTar.S_IFCHR, entry, meta);
            case BLOCK_DEVICE -> node(path, LayerTar.S_IFBLK, entry, meta);
            case FIFO -> node(path, LayerTar.S_IFIFO, entry, meta);
            case SOCKET -> throw new IllegalStateException("a layer has no sockets: " + path);
        }
    }

    private void node(String path, int type, Entry entry, Meta meta) throws IOException {
        DeviceNumber device = DeviceNumber.of(entry.node());
        tree.node(path, type, device.major(), device.minor(), meta);
    }

    private static Meta meta(Entry entry) {
        return new Meta(
                entry.mode(), entry.user(), entry.group(), entry.modified().getEpochSecond(), entry.modified().getNano(), LayerTar.withoutMarks(entry.xattrs()));
    }

    /** Whether the kernel can be asked for it. */
    private static boolean sayable(String name, String path) {
        return name.indexOf('\0') < 0 && name.getBytes(StandardCharsets.UTF_8).length <= LONGEST_NAME && path.getBytes(StandardCharsets.UTF_8).length <= LONGEST_PATH;
    }
}
