package io.gantry.cli.image;

import io.gantry.contracts.tar.TarEntry;
import io.gantry.contracts.tar.TarWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A folder as the tar stream a build takes: sorted, without what {@code .dockerignore} leaves out, owned by root. Times are kept in
 * whole seconds, and what programs may do by {@link FileCapabilities}. The Dockerfile and {@code .dockerignore} always go along. Links are sent as links. A folder that is left out with all
 * that is below isn't looked into: it may be somebody else's.
 */
final class BuildContext {
    private static final int EXECUTABLE = 0111;

    private final Path folder;
    private final String dockerfile;
    private final IgnoreFile ignore;

    /** @param dockerfile relative to the folder, or absolute and in it */
    BuildContext(Path folder, String dockerfile) throws IOException {
        Path file = folder.resolve(dockerfile).toAbsolutePath().normalize();
        if (!file.startsWith(folder.toAbsolutePath().normalize())) {
            throw new IllegalArgumentException(dockerfile + " isn't in " + folder + ", which is all that is sent; copy it there and name it with -f");
        }
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException("there is no " + dockerfile + " in " + folder + "; name it with -f");
        }
        this.folder = folder.toRealPath();
        this.dockerfile = folder.toAbsolutePath().normalize().relativize(file).toString();
        this.ignore = IgnoreFile.in(folder, this.dockerfile);
    }

    /** The Dockerfile's path in the context. */
    String dockerfile() {
        return dockerfile;
    }

    /** Without the archive's end if a file can't be read. */
    void writeTo(OutputStream out) throws IOException {
        TarWriter tar = new TarWriter(out);
        for (Path path : paths()) {
            try {
                add(tar, path);
            } catch (FileSystemException e) {
                throw unsendable(path, reason(e), e);
            }
        }
        tar.close();
    }

    private List<Path> paths() throws IOException {
        List<Path> paths = new ArrayList<>();
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
                if (path.equals(folder)) {
                    return FileVisitResult.CONTINUE;
                }
                boolean skipped = ignore.ignoresAllOf(name(path)) && !dockerfile.startsWith(name(path) + "/");
                return skipped ? FileVisitResult.SKIP_SUBTREE : visitFile(path, attributes);
            }

            @Override
            public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
                if (wanted(path)) {
                    paths.add(path);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path path, IOException e) throws IOException {
                if (wanted(path)) {
                    throw e instanceof FileSystemException at ? unsendable(path, reason(at), e) : e;
                }
                return FileVisitResult.CONTINUE;
            }
        });
        paths.sort(null);
        return paths;
    }

    private IOException unsendable(Path path, String reason, IOException cause) {
        return new IOException(name(path) + " can't be sent: " + reason, cause);
    }

    private static String reason(FileSystemException e) {
        if (e instanceof AccessDeniedException) {
            return "you may not read it; leave it out by .dockerignore, or change its mode";
        }
        return e instanceof NoSuchFileException ? "it has gone meanwhile" : e.getReason() == null ? e.getClass().getSimpleName() : e.getReason();
    }

    private boolean wanted(Path path) {
        String name = name(path);
        return name.equals(dockerfile) || name.equals(dockerfile + ".dockerignore") || name.equals(".dockerignore") || !ignore.ignores(name);
    }

    private String name(Path path) {
        return folder.relativize(path).toString();
    }

    /** A socket or pipe can't be part of an image. */
    private void add(TarWriter tar, Path path) throws IOException {
        Map<String, Object> stat = Files.readAttributes(path, "unix:mode,size,lastModifiedTime", LinkOption.NOFOLLOW_LINKS);
        int mode = (int) stat.get("mode") & 07777;
        if (!folder.resolve(name(path)).equals(path)) {
            throw unsendable(path, "its name isn't UTF-8; give it another, or leave it out by .dockerignore", null);
        }
        Instant modified = ((FileTime) stat.get("lastModifiedTime")).toInstant().truncatedTo(ChronoUnit.SECONDS);
        if (Files.isSymbolicLink(path)) {
            tar.add(TarEntry.link(name(path), Files.readSymbolicLink(path).toString(), 0, 0, modified));
        } else if (Files.isDirectory(path)) {
            tar.add(TarEntry.folder(name(path), mode, 0, 0, modified));
        } else if (Files.isRegularFile(path)) {
            try (InputStream content = Files.newInputStream(path)) {
                TarEntry file = TarEntry.file(name(path), mode, 0, 0, (long) stat.get("size"), modified);
                tar.add((mode & EXECUTABLE) == 0 ? file : file.withXattrs(FileCapabilities.of(path)), content);
            }
        }
    }
}
