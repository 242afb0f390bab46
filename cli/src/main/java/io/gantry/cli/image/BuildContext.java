package io.gantry.cli.image;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * A folder as the tar stream a build takes: sorted, without what {@code .dockerignore} leaves out, owned by root. Times are kept in
 * whole seconds. The Dockerfile and {@code .dockerignore} always go along. Links are sent as links.
 */
final class BuildContext {
    private final Path folder;
    private final String dockerfile;
    private final IgnoreFile ignore;

    /** @param dockerfile relative to the folder */
    BuildContext(Path folder, String dockerfile) throws IOException {
        this.folder = folder;
        this.dockerfile = dockerfile;
        this.ignore = IgnoreFile.in(folder);
        if (!Files.isRegularFile(folder.resolve(dockerfile))) {
            throw new IllegalArgumentException("there is no " + dockerfile + " in " + folder + "; name it with -f");
        }
    }

    void writeTo(OutputStream out) throws IOException {
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(folder)) {
            paths = walk.filter(path -> !path.equals(folder)).filter(this::wanted).sorted().toList();
        }
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out, "UTF-8")) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
            for (Path path : paths) {
                add(tar, path);
            }
        }
    }

    private boolean wanted(Path path) {
        String name = name(path);
        return name.equals(dockerfile) || name.equals(".dockerignore") || !ignore.ignores(name);
    }

    private String name(Path path) {
        return folder.relativize(path).toString();
    }

    private void add(TarArchiveOutputStream tar, Path path) throws IOException {
        if (Files.isSymbolicLink(path)) {
            TarArchiveEntry link = new TarArchiveEntry(name(path), TarConstants.LF_SYMLINK);
            link.setLinkName(Files.readSymbolicLink(path).toString());
            put(tar, link, path);
            tar.closeArchiveEntry();
            return;
        }
        boolean isFolder = Files.isDirectory(path);
        if (!isFolder && !Files.isRegularFile(path)) {
            return; // a socket or pipe can't be part of an image
        }
        TarArchiveEntry entry = new TarArchiveEntry(isFolder ? name(path) + "/" : name(path));
        entry.setMode((isFolder ? 040000 : 0100000) | mode(Files.getPosixFilePermissions(path)));
        entry.setSize(isFolder ? 0 : Files.size(path));
        put(tar, entry, path);
        if (!isFolder) {
            Files.copy(path, tar);
        }
        tar.closeArchiveEntry();
    }

    private static void put(TarArchiveOutputStream tar, TarArchiveEntry entry, Path path) throws IOException {
        entry.setModTime(Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS).toMillis() / 1000 * 1000);
        entry.setIds(0, 0);
        entry.setNames("", "");
        tar.putArchiveEntry(entry);
    }

    private static int mode(Set<PosixFilePermission> permissions) {
        int mode = 0;
        for (PosixFilePermission permission : permissions) {
            mode |= 0400 >> permission.ordinal();
        }
        return mode;
    }
}
