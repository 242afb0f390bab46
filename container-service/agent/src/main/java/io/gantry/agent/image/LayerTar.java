package io.gantry.agent.image;

import io.gantry.contracts.tar.TarEntry;
import io.gantry.contracts.tar.TarReader;
import io.gantry.kernel.files.FileFailure;
import io.gantry.kernel.files.TreeReader.Kind;
import io.gantry.kernel.files.TreeWriter;
import io.gantry.kernel.files.TreeWriter.Meta;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Unpacks a layer's tar stream into a tree that overlayfs can stack, in one pass: whiteouts become 0/0 devices, opaque markers an
 * attribute (OCI image spec, "Layer"). Owners are kept as numbers. Nothing is ever made outside the tree, whatever the tar says.
 *
 * <p>A whiteout hides what is below, never what the layer itself brings: a folder that is deleted and brought anew is opaque.
 */
final class LayerTar {
    private static final String WHITEOUT = ".wh.";
    private static final String OPAQUE = ".wh..wh..opq";
    static final int S_IFIFO = 0x1000;
    static final int S_IFCHR = 0x2000;
    static final int S_IFBLK = 0x6000;

    private final LayerTree tree;
    private final CopyUp below;
    private final Map<String, Meta> folders = new LinkedHashMap<>();
    private final Set<String> whiteouts = new HashSet<>();
    /** Which the entry before was in. */
    private String lastParent = "";

    private LayerTar(LayerTree tree, Below below, LayerBudget budget) {
        this.tree = tree;
        this.below = new CopyUp(tree, below, budget, whiteouts);
    }

    /**
     * @param budget that {@code tar} reads through
     * @param below asked for what the tar goes through and doesn't bring; never if it brings the parents of all that it names
     */
    static void unpack(InputStream tar, LayerBudget budget, LayerTree tree, Below below) throws IOException {
        LayerTar layer = new LayerTar(tree, below, budget);
        TarReader entries = new TarReader(tar);
        for (Optional<TarEntry> next = entries.next(); next.isPresent(); next = entries.next()) {
            budget.entry();
            layer.named(next.get(), entries.content());
        }
        layer.below.finish();
        for (var made : layer.folders.entrySet()) {
            tree.time(made.getKey(), made.getValue());
        }
        // whatever stands behind the archive's end belongs to the layer's digest
        tar.transferTo(OutputStream.nullOutputStream());
    }

    private void named(TarEntry entry, InputStream content) throws IOException {
        try {
            entry(entry, content);
        } catch (FileFailure e) {
            throw e.at("entry '" + entry.name() + "'");
        }
    }

    private void entry(TarEntry entry, InputStream content) throws IOException {
        String path = entry.name();
        int slash = path.lastIndexOf('/');
        String parent = slash < 0 ? "" : path.substring(0, slash);
        String name = path.substring(slash + 1);
        if (name.equals(OPAQUE)) {
            below.hide(below.folder(parent));
            tree.opaque(parent);
            return;
        }
        if (name.startsWith(WHITEOUT + WHITEOUT)) {
            return; // marks of the old aufs driver, of no meaning here
        }
        enter(path, parent);
        if (name.startsWith(WHITEOUT)) {
            whiteout(path, parent, name.substring(WHITEOUT.length()));
        } else {
            make(entry, content);
        }
    }

    private void enter(String path, String parent) throws IOException {
        if (!parent.equals(lastParent) && !folders.containsKey(plain(parent))) {
            TreeWriter.clean(path);
            below.folder(parent);
        }
        lastParent = parent;
    }

    private void whiteout(String path, String parent, String gone) throws IOException {
        if (gone.isEmpty() || gone.equals(".") || gone.equals("..")) {
            throw new IOException("'" + path + "' is no whiteout of a name");
        }
        String hidden = below.name(parent, gone);
        Optional<Kind> own = below.own(hidden);
        if (own.isEmpty()) {
            tree.whiteout(hidden);
            whiteouts.add(hidden);
        } else if (own.get() == Kind.FOLDER) {
            tree.opaque(hidden);
            below.hide(hidden);
        }
    }

    private void make(TarEntry entry, InputStream content) throws IOException {
        String path = entry.name();
        String plain = plain(path);
        Meta meta = meta(entry);
        boolean reappears = !whiteouts.isEmpty() && whiteouts.remove(real(path));
        if (entry.kind() != TarEntry.Kind.FOLDER) {
            folders.remove(plain);
        }
        switch (entry.kind()) {
            case FOLDER -> {
                tree.folder(path, meta);
                folders.put(plain, meta);
                if (reappears) {
                    tree.opaque(path);
                    below.hide(real(path));
                }
            }
            case FILE -> tree.file(path, meta, content);
            case SYMBOLIC_LINK -> {
                tree.link(path, entry.linkName(), meta);
                lastParent = "";
            }
            case HARD_LINK -> {
                below.file(entry.linkName());
                tree.hardLink(path, entry.linkName());
            }
            case CHARACTER_DEVICE -> tree.node(path, S_IFCHR, entry.major(), entry.minor(), meta);
            case BLOCK_DEVICE -> tree.node(path, S_IFBLK, entry.major(), entry.minor(), meta);
            case FIFO -> tree.node(path, S_IFIFO, 0, 0, meta);
        }
    }

    private String real(String path) throws IOException {
        int slash = path.lastIndexOf('/');
        return below.name(slash < 0 ? "" : path.substring(0, slash), path.substring(slash + 1));
    }

    private static Meta meta(TarEntry entry) {
        return new Meta(
                entry.mode(), (int) entry.uid(), (int) entry.gid(), entry.modified().getEpochSecond(), entry.modified().getNano(), withoutMarks(entry.xattrs()));
    }

    /** Overlayfs' own marks are ours to set: neither a tar's nor of use to another layer. */
    static Map<String, byte[]> withoutMarks(Map<String, byte[]> attributes) {
        Map<String, byte[]> rest = new HashMap<>(attributes);
        rest.keySet().removeIf(attribute -> attribute.startsWith("trusted."));
        return rest;
    }

    /** One name for one place: {@code ./a//b} and {@code a/b}. */
    private static String plain(String path) {
        StringBuilder plain = new StringBuilder();
        for (String part : path.split("/")) {
            if (!part.isEmpty() && !part.equals(".")) {
                plain.append(plain.isEmpty() ? "" : "/").append(part);
            }
        }
        return plain.toString();
    }
}
