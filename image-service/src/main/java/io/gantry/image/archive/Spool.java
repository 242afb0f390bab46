package io.gantry.image.archive;

import io.gantry.contracts.tar.TarEntry;
import io.gantry.contracts.tar.TarFailure;
import io.gantry.contracts.tar.TarReader;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.Digest;
import io.gantry.image.content.BlobWriter;
import io.gantry.image.layer.tar.BoundedStream;
import io.gantry.image.layer.tar.TarStreams;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The files of an archive, on our disk. Their names are kept as data and never become names on our disk: each file's bytes lie under a number. Links are
 * followed among those names alone.
 */
final class Spool {
    private static final int MOST_ENTRIES = 100_000;
    /** Docker's own archives have links from one layer to another, no chains of them. */
    private static final int MOST_LINKS = 8;
    private static final int LARGEST_DOCUMENT = 8 << 20;
    private static final Pattern BLOB = Pattern.compile("(?:blobs/sha256/)?([0-9a-f]{64})(?:\\.json)?");

    /** One file. */
    record Spooled(Path file, Digest digest, long size) {}

    private final Map<String, Spooled> files = new HashMap<>();
    private final Map<String, String> links = new HashMap<>();

    private int linked;

    private Spool() {}

    /**
     * @param folder where the bytes lie; the caller's to remove
     * @param most bytes that the archive may unpack to
     */
    static Spool read(InputStream archive, Path folder, Bytes most) throws IOException {
        Spool spool = new Spool();
        InputStream bounded = new BoundedStream(TarStreams.recognise(archive), "the archive", most);
        TarReader reader = new TarReader(bounded);
        int count = 0;
        for (var next = reader.next(); next.isPresent(); next = reader.next()) {
            if (++count > MOST_ENTRIES) {
                throw new TarFailure("it has more than " + MOST_ENTRIES + " entries");
            }
            spool.add(next.get(), reader.content(), folder.resolve(Integer.toString(count)));
        }
        // what fills the last block up is sent as well
        bounded.transferTo(OutputStream.nullOutputStream());
        return spool;
    }

    /** @param name as documents in the archive say it */
    Optional<Spooled> find(String name) throws TarFailure {
        String path = clean("", name);
        for (int i = 0; i < MOST_LINKS && links.containsKey(path); i++) {
            path = links.get(path);
        }
        return Optional.ofNullable(files.get(path));
    }

    /** The same bytes under another number: whoever gets them may take the file away. */
    Path link(Spooled spooled) throws IOException {
        return Files.createLink(spooled.file().resolveSibling("link-" + ++linked), spooled.file());
    }

    Optional<byte[]> document(String name) throws IOException {
        Optional<Spooled> found = find(name);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        if (found.get().size() > LARGEST_DOCUMENT) {
            throw new TarFailure(name + " has " + found.get().size() + " bytes; at most " + LARGEST_DOCUMENT + " are read");
        }
        return Optional.of(Files.readAllBytes(found.get().file()));
    }

    private void add(TarEntry entry, InputStream content, Path file) throws IOException {
        String path = clean("", entry.name());
        switch (entry.kind()) {
            case FILE -> {
                MessageDigest digest = BlobWriter.sha256();
                long size = Files.copy(new DigestInputStream(content, digest), file);
                Spooled spooled = new Spooled(file, BlobWriter.hex(digest), size);
                check(path, spooled);
                files.put(path, spooled);
                links.remove(path);
            }
            case SYMBOLIC_LINK -> link(path, clean(parent(path), entry.linkName()));
            case HARD_LINK -> link(path, clean("", entry.linkName()));
            case FOLDER -> {
                // files say where they are
            }
            case FIFO, CHARACTER_DEVICE, BLOCK_DEVICE ->
                    throw new TarFailure("'" + entry.name() + "' is neither a file, a folder nor a link; an archive of images has nothing else");
        }
    }

    /** In both forms a name of that kind is a promise. */
    private static void check(String path, Spooled spooled) throws TarFailure {
        Matcher named = BLOB.matcher(path);
        if (named.matches() && !named.group(1).equals(spooled.digest().hex())) {
            throw new TarFailure(path + " has other bytes than its name says: their digest is " + spooled.digest());
        }
    }

    private void link(String path, String target) {
        links.put(path, target);
        files.remove(path);
    }

    private static String parent(String path) {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? "" : path.substring(0, slash);
    }

    /** @param folder to which {@code name} is relative */
    private static String clean(String folder, String name) throws TarFailure {
        Deque<String> parts = new ArrayDeque<>();
        for (String part : (folder + "/" + name).split("/")) {
            if (part.equals("..")) {
                if (parts.pollLast() == null) {
                    throw new TarFailure("'" + name + "' climbs out of the archive");
                }
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
        }
        return String.join("/", parts);
    }
}
