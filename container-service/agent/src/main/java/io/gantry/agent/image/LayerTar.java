package io.gantry.agent.image;

import io.gantry.kernel.files.TreeWriter;
import io.gantry.kernel.files.TreeWriter.Meta;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * Unpacks a layer's tar stream into a folder that overlayfs can stack, in one pass: whiteouts become 0/0 devices, opaque markers an
 * attribute (OCI image spec, "Layer"). Owners are kept as numbers. Nothing is ever made outside the folder, whatever the tar says.
 */
final class LayerTar {
    private static final String WHITEOUT = ".wh.";
    private static final String OPAQUE = ".wh..wh..opq";
    private static final String XATTR = "SCHILY.xattr.";
    private static final int S_IFIFO = 0x1000;
    private static final int S_IFCHR = 0x2000;
    private static final int S_IFBLK = 0x6000;

    private LayerTar() {}

    static void unpack(InputStream tar, Path folder) throws IOException {
        Map<String, Meta> folders = new LinkedHashMap<>();
        try (TreeWriter tree = new TreeWriter(folder)) {
            TarArchiveInputStream entries = new TarArchiveInputStream(tar, StandardCharsets.UTF_8.name());
            TarArchiveEntry entry;
            while ((entry = entries.getNextEntry()) != null) {
                unpack(tree, entry, entries, folders);
            }
            for (var made : folders.entrySet()) {
                tree.time(made.getKey(), made.getValue());
            }
        }
    }

    private static void unpack(TreeWriter tree, TarArchiveEntry entry, InputStream content, Map<String, Meta> folders)
            throws IOException {
        String path = entry.getName().replaceFirst("/+$", "");
        int slash = path.lastIndexOf('/');
        String parent = slash < 0 ? "" : path.substring(0, slash);
        String name = path.substring(slash + 1);
        if (name.equals(OPAQUE)) {
            tree.opaque(parent);
        } else if (name.startsWith(WHITEOUT)) {
            String gone = name.substring(WHITEOUT.length());
            if (gone.isEmpty() || gone.equals(".") || gone.equals("..")) {
                throw new IOException("'" + path + "' is no whiteout of a name");
            }
            tree.whiteout(parent + "/" + gone);
        } else if (entry.isDirectory()) {
            Meta meta = meta(entry);
            tree.folder(path, meta);
            folders.put(path, meta);
        } else if (entry.isSymbolicLink()) {
            tree.link(path, entry.getLinkName(), meta(entry));
        } else if (entry.isLink()) {
            tree.hardLink(path, entry.getLinkName());
        } else if (entry.isCharacterDevice()) {
            tree.node(path, S_IFCHR, entry.getDevMajor(), entry.getDevMinor(), meta(entry));
        } else if (entry.isBlockDevice()) {
            tree.node(path, S_IFBLK, entry.getDevMajor(), entry.getDevMinor(), meta(entry));
        } else if (entry.isFIFO()) {
            tree.node(path, S_IFIFO, 0, 0, meta(entry));
        } else if (entry.isFile()) {
            tree.file(path, meta(entry), content);
        } else {
            throw new IOException("'" + path + "' has the tar type '" + (char) entry.getLinkFlag() + "', which no layer has");
        }
    }

    private static Meta meta(TarArchiveEntry entry) {
        FileTime time = entry.getLastModifiedTime();
        Instant modified = time == null ? Instant.EPOCH : time.toInstant();
        Map<String, byte[]> xattrs = new HashMap<>();
        entry.getExtraPaxHeaders()
                .forEach((header, value) -> {
                    String attribute = header.startsWith(XATTR) ? header.substring(XATTR.length()) : "";
                    // overlayfs' own marks are ours to set, never a tar's
                    if (!attribute.isEmpty() && !attribute.startsWith("trusted.")) {
                        xattrs.put(attribute, value.getBytes(StandardCharsets.UTF_8));
                    }
                });
        return new Meta(
                entry.getMode() & 07777,
                (int) entry.getLongUserId(),
                (int) entry.getLongGroupId(),
                modified.getEpochSecond(),
                modified.getNano(),
                xattrs);
    }
}
