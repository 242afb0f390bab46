package io.gantry.agent.image;

import io.gantry.contracts.tar.TarEntry;
import io.gantry.contracts.tar.TarWriter;
import io.gantry.kernel.files.TreeReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.function.IntUnaryOperator;

/**
 * The changes of a container as a layer's tar: the inverse of {@link LayerTar}. Sorted by name, owners as numbers, no names, so that the
 * same changes give the same bytes. Read by descriptors: a container that runs meanwhile leads it nowhere else.
 */
public final class LayerDiff implements TreeReader.Visitor {
    private final TarWriter tar;

    private LayerDiff(TarWriter tar) {
        this.tar = tar;
    }

    /** @param upper the overlay's upper folder, owners unshifted, which a container that never ran has not; {@code out} stays open */
    public static void write(Path upper, OutputStream out) throws IOException {
        try (TarWriter tar = new TarWriter(out)) {
            if (Files.exists(upper)) {
                TreeReader.walk(upper, new LayerDiff(tar));
            }
        }
    }

    @Override
    public void entry(TreeReader.Entry entry, InputStream content) throws IOException {
        String name = entry.path();
        if (name.isEmpty() || UpperLayer.isPlace(entry) || entry.kind() == TreeReader.Kind.SOCKET) {
            return;
        }
        if (UpperLayer.isWhiteout(entry)) {
            int slash = name.lastIndexOf('/') + 1;
            mark(name.substring(0, slash) + ".wh." + name.substring(slash));
            return;
        }
        TarEntries.add(tar, TarEntries.of(entry, name, entry.first(), IntUnaryOperator.identity()), content);
        if (UpperLayer.isOpaque(entry)) {
            mark(name + "/.wh..wh..opq");
        }
    }

    private void mark(String name) throws IOException {
        tar.add(TarEntry.file(name, 0, 0, 0, 0, Instant.EPOCH));
    }
}
