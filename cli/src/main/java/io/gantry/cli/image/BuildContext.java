package io.gantry.cli.image;

import io.gantry.contracts.tar.TarEntry;
import io.gantry.contracts.tar.TarWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

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
        this.ignore = IgnoreFile.in(folder, dockerfile);
        if (!Files.isRegularFile(folder.resolve(dockerfile))) {
            throw new IllegalArgumentException("there is no " + dockerfile + " in " + folder + "; name it with -f");
        }
    }

    /** Without the archive's end if a file can't be read. */
    void writeTo(OutputStream out) throws IOException {
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(folder)) {
            paths = walk.filter(path -> !path.equals(folder)).filter(this::wanted).sorted().toList();
        }
        TarWriter tar = new TarWriter(out);
        for (Path path : paths) {
            try {
                add(tar, path);
            } catch (FileSystemException e) {
                throw new IOException(name(path) + " can't be sent: " + reason(e), e);
            }
        }
        tar.close();
    }

    private static String reason(FileSystemException e) {
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
        int mode = (int) stat.get("mode") & 0777;
        Instant modified = ((FileTime) stat.get("lastModifiedTime")).toInstant().truncatedTo(ChronoUnit.SECONDS);
        if (Files.isSymbolicLink(path)) {
            tar.add(TarEntry.link(name(path), Files.readSymbolicLink(path).toString(), 0, 0, modified));
        } else if (Files.isDirectory(path)) {
            tar.add(TarEntry.folder(name(path), mode, 0, 0, modified));
        } else if (Files.isRegularFile(path)) {
            try (InputStream content = Files.newInputStream(path)) {
                tar.add(TarEntry.file(name(path), mode, 0, 0, (long) stat.get("size"), modified), content);
            }
        }
    }
}
