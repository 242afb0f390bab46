package io.gantry.cli.container;

import io.gantry.contracts.tar.TarEntry;
import io.gantry.contracts.tar.TarReader;
import io.gantry.contracts.tar.TarWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Files of this machine as a tar, and back. What comes out of a container is never written through a link. */
final class LocalTree {
    private LocalTree() {}

    /** @param as the name that the entries begin with; empty for what is in the folder only; without the archive's end if it can't be read */
    static void write(Path from, String as, OutputStream out) throws IOException {
        TarWriter tar = new TarWriter(out);
        add(from, as, tar);
        tar.close();
    }

    private static void add(Path path, String name, TarWriter tar) throws IOException {
        Map<String, Object> stat = Files.readAttributes(path, "unix:mode,uid,gid,size,lastModifiedTime", LinkOption.NOFOLLOW_LINKS);
        int mode = (int) stat.get("mode") & 07777;
        int user = (int) stat.get("uid");
        int group = (int) stat.get("gid");
        Instant modified = ((FileTime) stat.get("lastModifiedTime")).toInstant();
        if (Files.isSymbolicLink(path)) {
            tar.add(TarEntry.link(name, Files.readSymbolicLink(path).toString(), user, group, modified));
        } else if (Files.isDirectory(path)) {
            if (!name.isEmpty()) {
                tar.add(TarEntry.folder(name, mode, user, group, modified));
            }
            List<Path> children;
            try (Stream<Path> found = Files.list(path)) {
                children = found.sorted().toList();
            }
            for (Path child : children) {
                add(child, name.isEmpty() ? child.getFileName().toString() : name + "/" + child.getFileName(), tar);
            }
        } else if (Files.isRegularFile(path)) {
            try (InputStream content = Files.newInputStream(path)) {
                tar.add(TarEntry.file(name, mode, user, group, (long) stat.get("size"), modified), content);
            }
        }
    }

    /**
     * @param folder what comes is put in it
     * @param first the name that the entries begin with
     * @param as what it is called here; empty for {@code folder} itself
     */
    static void unpack(InputStream in, Path folder, String first, String as) throws IOException {
        TarReader tar = new TarReader(in);
        for (Optional<TarEntry> next = tar.next(); next.isPresent(); next = tar.next()) {
            TarEntry entry = next.get();
            Path to = place(folder, renamed(entry.name(), first, as));
            switch (entry.kind()) {
                case FOLDER -> {
                    if (!Files.isDirectory(to, LinkOption.NOFOLLOW_LINKS)) {
                        Files.createDirectory(to);
                    }
                    permit(to, entry.mode() | 0700);
                }
                case FILE -> {
                    if (Files.isDirectory(to, LinkOption.NOFOLLOW_LINKS)) {
                        throw new IOException(to + " is a folder, and a file of that name comes");
                    }
                    Files.deleteIfExists(to);
                    Files.copy(tar.content(), to, StandardCopyOption.REPLACE_EXISTING);
                    permit(to, entry.mode());
                    Files.setLastModifiedTime(to, FileTime.from(entry.modified()));
                }
                case SYMBOLIC_LINK -> {
                    Files.deleteIfExists(to);
                    Files.createSymbolicLink(to, Path.of(entry.linkName()));
                }
                case HARD_LINK -> {
                    Files.deleteIfExists(to);
                    Files.createLink(to, place(folder, renamed(entry.linkName(), first, as)));
                }
                case CHARACTER_DEVICE, BLOCK_DEVICE, FIFO -> {
                    // of no use here
                }
            }
        }
    }

    private static String renamed(String name, String first, String as) {
        String plain = name.startsWith("./") ? name.substring(2) : name;
        if (!plain.equals(first) && !plain.startsWith(first + "/")) {
            return plain;
        }
        String rest = plain.substring(first.length());
        return as.isEmpty() ? rest.isEmpty() ? "." : rest.substring(1) : as + rest;
    }

    /** @throws IOException if it would be outside, or behind a link */
    private static Path place(Path folder, String name) throws IOException {
        Path to = folder;
        Path last = null;
        for (Path part : Path.of(name)) {
            if (part.toString().equals("..") || Path.of(name).isAbsolute()) {
                throw new IOException("'" + name + "' leads out of " + folder);
            }
            if (last != null && Files.isSymbolicLink(to)) {
                throw new IOException("'" + name + "' goes through a link");
            }
            last = part;
            to = part.toString().equals(".") ? to : to.resolve(part);
        }
        return to;
    }

    private static void permit(Path path, int mode) throws IOException {
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        for (PosixFilePermission permission : PosixFilePermission.values()) {
            if ((mode & 0400 >> permission.ordinal()) != 0) {
                permissions.add(permission);
            }
        }
        Files.setPosixFilePermissions(path, permissions);
    }
}
