package io.gantry.image.build.step;

import io.gantry.contracts.tar.TarEntry.Kind;
import io.gantry.contracts.tar.TarEntry;
import io.gantry.contracts.tar.TarFailure;
import io.gantry.contracts.tar.TarReader;
import io.gantry.contracts.unit.Bytes;
import io.gantry.image.build.core.IgnorePatterns;
import io.gantry.image.content.BlobWriter;
import io.gantry.image.layer.core.FileTree.Content;
import io.gantry.image.layer.core.FileTree.Node;
import io.gantry.image.layer.core.FileTree;
import io.gantry.image.layer.tar.BoundedStream;
import io.gantry.image.layer.tar.TarStreams;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The files sent along with a build. Their names are kept as data and never become names on our disk: each file's bytes lie under a
 * number.
 */
final class BuildContext {
    private static final int MAX_FILES = 1_000_000;
    private static final int MAX_TEXT = 4 << 20;
    private final FileTree all;
    private final FileTree sent;
    private final Map<Path, String> names;

    private BuildContext(FileTree all, FileTree sent) {
        this.all = all;
        this.sent = sent;
        this.names = names(all);
    }

    /**
     * @param scratch where the bytes lie; the caller's to remove
     * @param dockerfile whose own list of what is left out, {@code <dockerfile>.dockerignore}, goes before {@code .dockerignore}
     * @param most bytes that it may unpack to
     */
    static BuildContext receive(InputStream body, Path scratch, String dockerfile, Bytes most) throws IOException {
        InputStream bounded = new BoundedStream(TarStreams.recognise(body), "the context", most);
        FileTree all = read(bounded, scratch, "context");
        // what fills the last block up is sent as well
        bounded.transferTo(OutputStream.nullOutputStream());
        return of(all, dockerfile);
    }

    /** @param dockerfile as for {@link #receive} */
    static BuildContext of(FileTree all, String dockerfile) throws IOException {
        Optional<String> own = text(all, dockerfile + ".dockerignore");
        Optional<String> ignore = own.isPresent() ? own : text(all, ".dockerignore");
        if (ignore.isEmpty()) {
            return new BuildContext(all, all);
        }
        IgnorePatterns patterns = IgnorePatterns.parse(ignore.get());
        FileTree sent = new FileTree();
        all.below("").forEach((path, node) -> {
            if (!patterns.ignores(path)) {
                sent.put(path, node);
            }
        });
        return new BuildContext(all, sent);
    }

    /**
     * The same with other bytes in some files, whichever, to see what would follow.
     *
     * @param paths of files that COPY sees
     */
    BuildContext withOther(List<String> paths) {
        FileTree other = new FileTree();
        sent.below("").forEach(other::put);
        for (String path : paths) {
            Node node = sent.get(FileTree.clean(path)).filter(one -> one.kind() == Kind.FILE).orElseThrow(() -> new BuildFailure(
                    all.get(FileTree.clean(path)).isPresent() ? "'" + path + "' is no file that a step can see: it is a folder or link, or .dockerignore leaves it out" : "the context has no file '" + path + "'",
                    "name a file by its path in the context"));
            if (node.content() instanceof Content.OnDisk(var file, var digest)) {
                other.put(FileTree.clean(path), new Node(node.entry(), new Content.OnDisk(file, BlobWriter.digestOf(("other than " + digest).getBytes(StandardCharsets.UTF_8)))));
            }
        }
        return new BuildContext(all, other);
    }

    /** What the context calls a file of ours. */
    Optional<String> name(Path file) {
        return Optional.ofNullable(names.get(file));
    }

    private static Map<Path, String> names(FileTree tree) {
        Map<Path, String> names = new HashMap<>();
        tree.below("").forEach((path, node) -> {
            if (node.content() instanceof Content.OnDisk(var file, _)) {
                names.putIfAbsent(file, path);
            }
        });
        return names;
    }

    /** What COPY sees. */
    FileTree files() {
        return sent;
    }

    /** The Dockerfile may be listed in {@code .dockerignore}: it is read all the same. */
    Optional<String> dockerfile(String path) throws IOException {
        return text(all, path);
    }

    /** Reads an archive's files to {@code scratch}. */
    static FileTree read(InputStream archive, Path scratch, String prefix) throws IOException {
        FileTree tree = new FileTree();
        TarReader reader = new TarReader(archive);
        int count = 0;
        for (var next = reader.next(); next.isPresent(); next = reader.next()) {
            TarEntry entry = next.get();
            if (++count > MAX_FILES) {
                throw new TarFailure("the archive has more than " + MAX_FILES + " entries");
            }
            if (List.of(entry.name().split("/")).contains("..")) {
                throw new TarFailure("'" + entry.name() + "' climbs out of the archive");
            }
            String path = FileTree.clean(entry.name());
            if (path.isEmpty()) {
                continue;
            }
            switch (entry.kind()) {
                case FILE -> tree.put(path, new Node(entry, store(reader.content(), scratch.resolve(prefix + "-" + count))));
                case HARD_LINK -> tree.put(path, tree.get(FileTree.clean(entry.linkName())).filter(n -> n.kind() == Kind.FILE)
                        .orElseThrow(() -> new TarFailure("'" + entry.name() + "' is linked to '" + entry.linkName() + "', which isn't there")));
                case FOLDER, SYMBOLIC_LINK, FIFO -> tree.put(path, new Node(entry, new Content.None()));
                case CHARACTER_DEVICE, BLOCK_DEVICE -> throw new TarFailure("'" + entry.name() + "' is a device; contexts have none");
            }
        }
        return tree;
    }

    private static Content store(InputStream content, Path file) throws IOException {
        MessageDigest digest = BlobWriter.sha256();
        Files.copy(new DigestInputStream(content, digest), file);
        return new Content.OnDisk(file, BlobWriter.hex(digest));
    }

    private static Optional<String> text(FileTree tree, String path) throws IOException {
        Optional<Node> node = tree.resolve(path).node();
        if (node.isEmpty() || !(node.get().content() instanceof Content.OnDisk disk)) {
            return Optional.empty();
        }
        if (node.get().entry().size() > MAX_TEXT) {
            throw new TarFailure("'" + path + "' has more than " + MAX_TEXT + " bytes");
        }
        return Optional.of(decoded(Files.readAllBytes(disk.file()), path));
    }

    /** What isn't UTF-8 is let pass in comments alone: anywhere else it would become something else. */
    private static String decoded(byte[] bytes, String path) throws TarFailure {
        if (!isText(bytes)) {
            String[] lines = new String(bytes, StandardCharsets.ISO_8859_1).split("\n");
            for (int i = 0; i < lines.length; i++) {
                if (!lines[i].stripLeading().startsWith("#") && !isText(lines[i].getBytes(StandardCharsets.ISO_8859_1))) {
                    throw new TarFailure("'" + path + "' isn't UTF-8 in line " + (i + 1));
                }
            }
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static boolean isText(byte[] bytes) {
        return Arrays.equals(new String(bytes, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8), bytes);
    }
}
