package io.gantry.image.layer.tar;

import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.tar.TarFailure;
import io.gantry.contracts.tar.TarReader;
import io.gantry.contracts.tar.TarWriter;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.Digest;
import io.gantry.image.content.BlobWriter;
import io.gantry.image.layer.core.FileTree.Content;
import io.gantry.image.layer.core.FileTree.Node;
import io.gantry.image.registry.core.MediaTypes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.zip.GZIPOutputStream;

/** Makes layers: a tar, gzipped, as a blob, with the digests of both. Equal trees give equal blobs. */
@Singleton
public class LayerStore {
    private final BlobWriter blobs;
    private final LayerTrees trees;

    @Inject
    public LayerStore(BlobWriter blobs, LayerTrees trees) {
        this.blobs = blobs;
        this.trees = trees;
    }

    /** Of a tar as it comes, read to its end. */
    public ResolvedImage.Layer ofTar(InputStream tar) throws IOException {
        return of(out -> tar.transferTo(out));
    }

    /** Of a tar as it is written. */
    public ResolvedImage.Layer ofWritten(BlobWriter.Content tar) throws IOException {
        return of(tar);
    }

    /** Of a tar in which every entry is looked at; what is none is refused, and nothing of it is kept. */
    public ResolvedImage.Layer ofCheckedTar(InputStream tar) throws IOException {
        return of(out -> {
            CopiedStream copied = new CopiedStream(tar, out);
            TarReader reader = new TarReader(copied);
            for (var entry = reader.next(); entry.isPresent(); entry = reader.next()) {
                // seen is enough
            }
            copied.transferTo(OutputStream.nullOutputStream());
            if (copied.isEmpty()) {
                throw new TarFailure("it is empty");
            }
        });
    }

    /**
     * Of a file of ours, plain or packed however. One that is packed so that nodes unpack it becomes the blob as it is; the file is gone then.
     *
     * @param diffId what its unpacked bytes are said to be
     * @param most bytes that it may unpack to
     * @throws TarFailure if they are others; nothing is kept
     */
    public ResolvedImage.Layer ofFile(Path file, Digest diffId, Bytes most) throws IOException {
        MessageDigest actual = BlobWriter.sha256();
        try (InputStream in = unpacked(file, most)) {
            in.transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), actual));
        }
        Digest found = BlobWriter.hex(actual);
        if (!found.equals(diffId)) {
            throw new TarFailure("a layer's bytes have the digest " + found + ", the image's configuration says " + diffId);
        }
        Optional<String> type;
        try (InputStream in = Files.newInputStream(file)) {
            type = TarStreams.layerType(in.readNBytes(8));
        }
        if (type.isEmpty()) {
            try (InputStream in = unpacked(file, most)) {
                return ofTar(in);
            }
        }
        long size = Files.size(file);
        Digest blob = BlobWriter.digestOf(file);
        blobs.adopt(file, blob);
        return new ResolvedImage.Layer(diffId, blob, new Bytes(size), type.get());
    }

    private static InputStream unpacked(Path file, Bytes most) throws IOException {
        return new BoundedStream(TarStreams.recognise(Files.newInputStream(file)), "a layer", most);
    }

    /** @param scratch a folder for what must be fetched from other layers first; the caller removes it */
    public ResolvedImage.Layer ofTree(SortedMap<String, Node> tree, Path scratch) throws IOException {
        Map<Content.InLayer, Path> fetched = fetch(tree, scratch);
        return of(out -> {
            try (TarWriter tar = new TarWriter(out)) {
                for (Map.Entry<String, Node> each : tree.entrySet()) {
                    try (InputStream content = open(each.getValue().content(), fetched)) {
                        tar.add(each.getValue().entry().withName(each.getKey()), content);
                    }
                }
            }
        });
    }

    private ResolvedImage.Layer of(BlobWriter.Content tar) throws IOException {
        MessageDigest diffId = BlobWriter.sha256();
        BlobWriter.Stored stored = blobs.store(out -> {
            try (DigestOutputStream plain = new DigestOutputStream(new GZIPOutputStream(out, 1 << 16), diffId)) {
                tar.writeTo(plain);
            }
        });
        return new ResolvedImage.Layer(BlobWriter.hex(diffId), stored.digest(), new Bytes(stored.size()), MediaTypes.OCI_LAYER_GZIP);
    }

    private static InputStream open(Content content, Map<Content.InLayer, Path> fetched) throws IOException {
        return switch (content) {
            case Content.None _ -> InputStream.nullInputStream();
            case Content.OnDisk(var file, _) -> Files.newInputStream(file);
            case Content.InLayer inLayer -> Files.newInputStream(fetched.get(inLayer));
        };
    }

    private Map<Content.InLayer, Path> fetch(SortedMap<String, Node> tree, Path scratch) throws IOException {
        Map<Content.InLayer, Path> places = new HashMap<>();
        Map<Digest, Map<String, LayerTrees.Taker>> wanted = new HashMap<>();
        Map<Digest, String> types = new HashMap<>();
        for (Node node : tree.values()) {
            if (node.content() instanceof Content.InLayer content && !places.containsKey(content)) {
                Path place = scratch.resolve("fetched-" + places.size() + "-" + content.blob().hex().substring(0, 12));
                places.put(content, place);
                types.put(content.blob(), content.mediaType());
                wanted.computeIfAbsent(content.blob(), _ -> new HashMap<>()).put(content.name(), in -> Files.copy(in, place, StandardCopyOption.REPLACE_EXISTING));
            }
        }
        for (Map.Entry<Digest, Map<String, LayerTrees.Taker>> each : wanted.entrySet()) {
            trees.read(each.getKey(), types.get(each.getKey()), each.getValue());
        }
        return places;
    }
}
