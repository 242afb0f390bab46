package io.gantry.image.layer.core;

import io.gantry.contracts.tar.TarEntry;
import io.gantry.contracts.tar.TarEntry.Kind;
import io.gantry.contracts.unit.Digest;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** The files of an image or a context: by their path, which has a slash neither at its start nor at its end; the root is "". */
public final class FileTree {
    private static final String WHITEOUT = ".wh.";
    private static final String OPAQUE = ".wh..wh..opq";
    private static final int LINKS = 40;

    /** Where the bytes of a file are. */
    public sealed interface Content {
        record None() implements Content {}

        /** A file of ours. */
        record OnDisk(Path file, Digest digest) implements Content {}

        /** An entry of a stored layer, by the name it has there. */
        record InLayer(Digest blob, String mediaType, String name) implements Content {}
    }

    /** @param entry its name is of no meaning here */
    public record Node(TarEntry entry, Content content) {
        public Kind kind() {
            return entry.kind();
        }
    }

    /** Where a path leads, links followed: a real path, and what is there, if anything. */
    public record Found(String path, Optional<Node> node) {
        public boolean isFolder() {
            return node.filter(n -> n.kind() == Kind.FOLDER).isPresent();
        }
    }

    /** The root, and folders that an archive doesn't mention. */
    private static final Node UNNAMED = new Node(TarEntry.folder("", 0755, 0, 0, Instant.EPOCH), new Content.None());

    private final TreeMap<String, Node> nodes = new TreeMap<>();

    public FileTree() {
        nodes.put("", UNNAMED);
    }

    /** As tar would unpack it: what is there and isn't a folder like the new one goes; folders above it are made. */
    public void put(String path, Node node) {
        for (int end = path.indexOf('/'); end > 0; end = path.indexOf('/', end + 1)) {
            nodes.computeIfAbsent(path.substring(0, end), _ -> UNNAMED);
        }
        Node before = nodes.get(path);
        if (before != null && before.kind() == Kind.FOLDER && node.kind() != Kind.FOLDER) {
            removeBelow(path);
        }
        nodes.put(path, node);
    }

    /** Lays a layer on top (OCI image spec, "Layer"): its whiteouts hide what was here before, never what it brings itself. */
    public void stack(List<Node> layer) {
        TreeMap<String, Node> brought = new TreeMap<>();
        for (Node node : layer) {
            String path = clean(node.entry().name());
            String name = path.substring(path.lastIndexOf('/') + 1);
            String parent = path.contains("/") ? path.substring(0, path.lastIndexOf('/')) : "";
            if (name.equals(OPAQUE)) {
                removeBelow(parent);
            } else if (name.startsWith(WHITEOUT + WHITEOUT)) {
                continue;
            } else if (name.startsWith(WHITEOUT)) {
                String gone = (parent.isEmpty() ? "" : parent + "/") + name.substring(WHITEOUT.length());
                removeBelow(gone);
                nodes.remove(gone);
            } else if (node.kind() == Kind.HARD_LINK) {
                Node target = brought.get(clean(node.entry().linkName()));
                if (target != null) {
                    brought.put(path, target);
                }
            } else {
                brought.put(path, node);
            }
        }
        brought.forEach(this::put);
    }

    public Optional<Node> get(String path) {
        return Optional.ofNullable(nodes.get(path));
    }

    /** Everything below a folder, in the order of the names, the folder itself not included. */
    public NavigableMap<String, Node> below(String folder) {
        return folder.isEmpty()
                ? nodes.tailMap("", false)
                : nodes.subMap(folder + "/", true, folder + "0", false);
    }

    /** Follows links as if this tree were the root: none leads out. */
    public Found resolve(String path) {
        return resolve(path, true);
    }

    /** @param last whether a link at the path's end is followed too */
    public Found resolve(String path, boolean last) {
        Deque<String> todo = new ArrayDeque<>(parts(path));
        List<String> done = new ArrayList<>();
        int links = 0;
        while (!todo.isEmpty()) {
            String part = todo.pop();
            if (part.equals("..")) {
                if (!done.isEmpty()) {
                    done.removeLast();
                }
                continue;
            }
            done.add(part);
            Node node = nodes.get(String.join("/", done));
            if (node != null && node.kind() == Kind.SYMBOLIC_LINK && (last || !todo.isEmpty())) {
                if (++links > LINKS) {
                    break;
                }
                done.removeLast();
                if (node.entry().linkName().startsWith("/")) {
                    done.clear();
                }
                parts(node.entry().linkName()).reversed().forEach(todo::push);
            }
        }
        String real = String.join("/", done);
        return new Found(real, get(real));
    }

    /** Without leading slash, {@code .} and empty parts. {@code ..} stops at the root. */
    public static String clean(String path) {
        Deque<String> done = new ArrayDeque<>();
        for (String part : parts(path)) {
            if (part.equals("..")) {
                done.pollLast();
            } else {
                done.addLast(part);
            }
        }
        return String.join("/", done);
    }

    private void removeBelow(String folder) {
        below(folder).clear();
    }

    private static List<String> parts(String path) {
        List<String> parts = new ArrayList<>();
        for (String part : path.split("/")) {
            if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
        }
        return parts;
    }
}
