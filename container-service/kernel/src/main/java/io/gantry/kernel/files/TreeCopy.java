package io.gantry.kernel.files;

import io.gantry.kernel.syscall.Fd;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;

/** Copies a folder with all that is in it: owners, modes, times, extended attributes, hard links. Devices stay behind. */
public final class TreeCopy {
    private TreeCopy() {}

    /** @param owner of the copy, for the user or group that the kernel shows this process */
    public static void copy(Fd from, Path to, IntUnaryOperator owner) throws IOException {
        Map<String, TreeWriter.Meta> folders = new LinkedHashMap<>();
        try (TreeWriter writer = new TreeWriter(to)) {
            TreeReader.walk(from, new TreeReader.Visitor() {
                @Override
                public void entry(TreeReader.Entry entry, InputStream content) throws IOException {
                    TreeWriter.Meta meta = meta(entry, owner);
                    switch (entry.kind()) {
                        case FOLDER -> {
                            writer.folder(entry.path(), meta);
                            folders.put(entry.path(), meta);
                        }
                        case FILE -> {
                            if (entry.first().isEmpty()) {
                                writer.file(entry.path(), meta, content);
                            } else {
                                writer.hardLink(entry.path(), entry.first());
                            }
                        }
                        case LINK -> writer.link(entry.path(), entry.target(), meta);
                        case FIFO -> writer.node(entry.path(), 0x1000, 0, 0, meta);
                        case CHARACTER_DEVICE, BLOCK_DEVICE, SOCKET -> {
                            // the container has its own devices
                        }
                    }
                }
            });
            for (var folder : folders.entrySet()) {
                writer.time(folder.getKey(), folder.getValue());
            }
        }
    }

    private static TreeWriter.Meta meta(TreeReader.Entry entry, IntUnaryOperator owner) {
        Map<String, byte[]> xattrs = new TreeMap<>(entry.xattrs());
        xattrs.keySet().removeIf(name -> name.startsWith("trusted."));
        return new TreeWriter.Meta(
                entry.mode(), owner.applyAsInt(entry.user()), owner.applyAsInt(entry.group()), entry.modified().getEpochSecond(), entry.modified().getNano(), xattrs);
    }
}
