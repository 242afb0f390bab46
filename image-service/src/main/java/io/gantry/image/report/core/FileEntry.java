package io.gantry.image.report.core;

import io.gantry.contracts.tar.TarEntry.Kind;

/**
 * One entry of a layer, whiteouts among them.
 *
 * @param path clean: no slash at its start or end, no {@code ..}
 * @param mode 0 to 07777
 * @param size of a file's content in bytes; 0 for everything else
 * @param digest of a file's content, 64 hexadecimal digits; empty for everything else
 * @param link target of a link, as it stands there; empty otherwise
 */
public record FileEntry(String path, Kind kind, int mode, long size, String digest, String link) {
    public boolean isExecutable() {
        return (mode & 0111) != 0;
    }

    /** Its last part. */
    public String name() {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** What it is in, without a slash at the end; empty for the root. */
    public String folder() {
        return path.contains("/") ? path.substring(0, path.lastIndexOf('/')) : "";
    }

    /** Nobody who looks at it could tell them apart. */
    boolean looksLike(FileEntry other) {
        return kind == other.kind && mode == other.mode && size == other.size && digest.equals(other.digest) && link.equals(other.link);
    }
}
