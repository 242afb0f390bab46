package io.gantry.image.layer.tar;

import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.tar.TarEntry;
import io.gantry.contracts.tar.TarEntry.Kind;
import io.gantry.contracts.tar.TarReader;
import io.gantry.contracts.unit.Digest;
import io.gantry.image.content.BlobReader;
import io.gantry.image.layer.core.FileTree;
import io.gantry.image.layer.core.FileTree.Content;
import io.gantry.image.layer.core.FileTree.Node;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The trees of stored layers. The lists of the layers used last are kept: a base image's is needed for each COPY. */
@Singleton
public class LayerTrees {
    private static final int KEPT = 32;
    private static final int SMALL = 1 << 20;
    private final BlobReader blobs;
    private final Map<Digest, List<Node>> known =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Digest, List<Node>> eldest) {
                    return size() > KEPT;
                }
            };

    @Inject
    public LayerTrees(BlobReader blobs) {
        this.blobs = blobs;
    }

    /** What a container of these layers, lowest first, would see. */
    public FileTree of(List<ResolvedImage.Layer> layers) throws IOException {
        FileTree tree = new FileTree();
        for (ResolvedImage.Layer layer : layers) {
            tree.stack(nodes(layer));
        }
        return tree;
    }

    /** The text of a small file; empty if there is none. */
    public Optional<String> text(FileTree tree, String path) throws IOException {
        Optional<Node> node = tree.resolve(path).node();
        if (node.isEmpty() || !(node.get().content() instanceof Content.InLayer content) || node.get().entry().size() > SMALL) {
            return Optional.empty();
        }
        byte[][] found = new byte[1][];
        read(content.blob(), content.mediaType(), Map.of(content.name(), in -> found[0] = in.readAllBytes()));
        return Optional.ofNullable(found[0]).map(String::new);
    }

    /** Takes one file's bytes. */
    @FunctionalInterface
    public interface Taker {
        void take(InputStream content) throws IOException;
    }

    /** Gives each taker the file with its name (as in the archive), in one pass over the layer. */
    public void read(Digest blob, String mediaType, Map<String, Taker> wanted) throws IOException {
        Map<String, Taker> left = new HashMap<>(wanted);
        try (InputStream tar = TarStreams.open(blobs.open(blob), mediaType)) {
            TarReader reader = new TarReader(tar);
            for (var entry = reader.next(); entry.isPresent() && !left.isEmpty(); entry = reader.next()) {
                Taker taker = entry.get().kind() == Kind.FILE ? left.remove(entry.get().name()) : null;
                if (taker != null) {
                    taker.take(reader.content());
                }
            }
        }
        if (!left.isEmpty()) {
            throw new IOException("layer " + blob + " has no file " + left.keySet().iterator().next());
        }
    }

    private List<Node> nodes(ResolvedImage.Layer layer) throws IOException {
        synchronized (known) {
            List<Node> nodes = known.get(layer.diffId());
            if (nodes != null) {
                return nodes;
            }
        }
        List<Node> nodes = new ArrayList<>();
        try (InputStream tar = TarStreams.open(blobs.open(layer.blob()), layer.mediaType())) {
            TarReader reader = new TarReader(tar);
            for (var next = reader.next(); next.isPresent(); next = reader.next()) {
                TarEntry entry = next.get();
                Content content = entry.kind() == Kind.FILE
                        ? new Content.InLayer(layer.blob(), layer.mediaType(), entry.name())
                        : new Content.None();
                nodes.add(new Node(entry, content));
            }
        }
        synchronized (known) {
            known.put(layer.diffId(), List.copyOf(nodes));
        }
        return nodes;
    }
}
