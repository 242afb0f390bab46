package io.gantry.image.build.step;

import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.tar.TarEntry;
import io.gantry.contracts.unit.Digest;
import io.gantry.image.build.core.ImageDraft;
import io.gantry.image.build.core.SourceDate;
import io.gantry.image.content.BlobWriter;
import io.gantry.image.layer.core.FileTree.Content;
import io.gantry.image.layer.core.FileTree.Node;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a layer is made of, as a digest: the layers below, the instruction, its inputs. Times of files don't count (a fresh checkout
 * has new ones); their content, owners and modes do.
 */
final class CacheKeys {
    private static final String FORM = "1";

    private CacheKeys() {}

    /** @param mounts what counts of them */
    static Digest run(ImageDraft draft, List<String> command, Map<String, String> arguments, List<String> mounts) {
        MessageDigest digest = begin("run", draft.layers());
        text(digest, draft.runtime());
        command.forEach(word -> text(digest, word));
        new TreeMap<>(arguments).forEach((name, value) -> text(digest, name + "=" + value));
        mounts.forEach(mount -> text(digest, "mount " + mount));
        return BlobWriter.hex(digest);
    }

    /** @param below the layers that the files were laid out for */
    static Digest copy(List<ResolvedImage.Layer> below, SortedMap<String, Node> tree) {
        MessageDigest digest = begin("copy", below);
        tree.forEach((path, node) -> {
            TarEntry entry = node.entry();
            text(digest, path);
            text(digest, entry.kind() + " " + entry.mode() + " " + entry.uid() + " " + entry.gid() + " " + entry.linkName());
            entry.xattrs().forEach((name, value) -> {
                text(digest, name);
                bytes(digest, value);
            });
            text(
                    digest,
                    switch (node.content()) {
                        case Content.None _ -> "";
                        case Content.OnDisk(_, var content) -> content.value();
                        case Content.InLayer(var blob, _, var name) -> blob + " " + name;
                    });
        });
        return BlobWriter.hex(digest);
    }

    /** Layers of which no file is younger than some moment are others. */
    static Digest at(SourceDate date, Digest key) {
        if (!date.isGiven()) {
            return key;
        }
        MessageDigest digest = BlobWriter.sha256();
        text(digest, key.value());
        text(digest, date.moment().get().toString());
        return BlobWriter.hex(digest);
    }

    private static MessageDigest begin(String kind, List<ResolvedImage.Layer> below) {
        MessageDigest digest = BlobWriter.sha256();
        text(digest, FORM);
        text(digest, kind);
        for (ResolvedImage.Layer layer : below) {
            text(digest, layer.diffId().value());
        }
        text(digest, "");
        return digest;
    }

    private static void text(MessageDigest digest, String text) {
        bytes(digest, text.getBytes(StandardCharsets.UTF_8));
    }

    /** With its length before it, so that no two lists of texts look the same. */
    private static void bytes(MessageDigest digest, byte[] data) {
        ByteArrayOutputStream length = new ByteArrayOutputStream(4);
        length.write(data.length >>> 24);
        length.write(data.length >>> 16);
        length.write(data.length >>> 8);
        length.write(data.length);
        digest.update(length.toByteArray());
        digest.update(data);
    }
}
