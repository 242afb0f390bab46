package io.gantry.image.content;

import io.gantry.contracts.unit.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Writes blobs: bytes go to {@code uploads/<id>} and through the digest at once; a finished upload is synced and renamed to its
 * name. A crash leaves an upload, never half a blob. An upload may go on after a restart: the file's length is the truth, and the
 * digest of what is there is made anew when it is needed. A blob's time of change is when somebody wrote it last, also if it was there already: whoever
 * removes blobs goes by it.
 */
public final class BlobWriter {
    /** What was stored. */
    public record Stored(Digest digest, long size) {}

    /** The bytes are not those that were announced. */
    public static final class DigestMismatch extends IOException {
        private static final long serialVersionUID = 1L;

        DigestMismatch(Object expected, Object actual) {
            super("the content's digest is " + actual + ", not " + expected);
        }
    }

    /** A digest over the first {@code length} bytes of an upload. */
    private record Running(MessageDigest digest, long length) {}

    /** Keeps blobs where they are until it is closed, see {@link #hold}. */
    public interface Hold extends AutoCloseable {
        @Override
        void close();
    }

    private static final int STRIPES = 256;
    private final BlobPaths paths;
    private final Map<String, Running> running = new ConcurrentHashMap<>();
    /** How many hold each. */
    private final Map<Digest, Integer> held = new ConcurrentHashMap<>();
    /** Between putting a blob in its place and taking one away; by the digest's first two digits. */
    private final Object[] places = new Object[STRIPES];

    public BlobWriter(BlobPaths paths) throws IOException {
        this.paths = paths;
        Files.createDirectories(paths.uploads());
        Files.createDirectories(paths.root().resolve("blobs/sha256"));
        Files.createDirectories(paths.removed());
        for (int i = 0; i < STRIPES; i++) {
            places[i] = new Object();
        }
    }

    public void begin(String id) throws IOException {
        Files.createFile(paths.upload(id));
        running.put(id, new Running(sha256(), 0));
    }

    public boolean exists(String id) {
        return Files.exists(paths.upload(id));
    }

    /** How many bytes of it are here. */
    public long length(String id) throws IOException {
        return Files.size(paths.upload(id));
    }

    /**
     * Appends all of {@code content}; when that fails in the middle, what came stays. One thread at a time per upload.
     *
     * @return the new length
     */
    public long append(String id, InputStream content) throws IOException {
        Running known = running.remove(id);
        try (FileChannel file = FileChannel.open(paths.upload(id), StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
            long length = file.size();
            MessageDigest digest = known != null && known.length() == length ? known.digest() : null;
            OutputStream out = Channels.newOutputStream(file);
            byte[] data = new byte[1 << 16];
            try {
                for (int got = content.read(data); got >= 0; got = content.read(data)) {
                    out.write(data, 0, got);
                    length += got;
                    if (digest != null) {
                        digest.update(data, 0, got);
                    }
                }
            } finally {
                if (digest != null) {
                    running.put(id, new Running(digest, length));
                }
            }
            return length;
        }
    }

    /** Makes it a blob. With the wrong digest the upload is gone. */
    public Stored commit(String id, Digest expected) throws IOException {
        Running known = running.remove(id);
        Path file = paths.upload(id);
        long length = Files.size(file);
        Digest actual = known != null && known.length() == length ? hex(known.digest()) : digestOf(file);
        if (expected != null && !actual.equals(expected)) {
            Files.delete(file);
            throw new DigestMismatch(expected, actual);
        }
        publish(file, actual);
        return new Stored(actual, length);
    }

    /** As {@link #commit(String, Digest)}, by the other name of its bytes, which are read once more for that. */
    public Stored commit(String id, Sha512 expected) throws IOException {
        Path file = paths.upload(id);
        Sha512 actual = Sha512.of(file);
        if (!actual.equals(expected)) {
            cancel(id);
            throw new DigestMismatch(expected, actual);
        }
        return commit(id, (Digest) null);
    }

    public void cancel(String id) throws IOException {
        running.remove(id);
        Files.deleteIfExists(paths.upload(id));
    }

    /** Stores a stream as it comes, under the digest it turns out to have. */
    public Stored store(InputStream content) throws IOException {
        String id = UUID.randomUUID().toString();
        begin(id);
        try {
            append(id, content);
            return commit(id, (Digest) null);
        } finally {
            cancel(id);
        }
    }

    /** As {@link #store(InputStream)}, for whoever writes rather than reads. */
    public Stored store(Content content) throws IOException {
        String id = UUID.randomUUID().toString();
        Path file = paths.upload(id);
        try {
            DigestOutputStream out = new DigestOutputStream(Files.newOutputStream(file, StandardOpenOption.CREATE_NEW), sha256());
            try (out) {
                content.writeTo(out);
            }
            Stored stored = new Stored(hex(out.getMessageDigest()), Files.size(file));
            publish(file, stored.digest());
            return stored;
        } finally {
            Files.deleteIfExists(file);
        }
    }

    /** Makes a file on the same file system, whose digest is known, a blob; the file is gone then. */
    public void adopt(Path file, Digest digest) throws IOException {
        publish(file, digest);
    }

    /** Something that writes itself. */
    @FunctionalInterface
    public interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    private void publish(Path file, Digest digest) throws IOException {
        Path blob = paths.blob(digest);
        boolean expected = Files.exists(blob);
        if (!expected) {
            sync(file, StandardOpenOption.WRITE);
        }
        synchronized (place(digest)) {
            if (Files.exists(blob)) {
                Files.setLastModifiedTime(blob, FileTime.from(Instant.now()));
                Files.delete(file);
                return;
            }
            if (expected) {
                sync(file, StandardOpenOption.WRITE);
            }
            put(file, blob);
        }
    }

    private static void put(Path file, Path blob) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
        if (!Files.isDirectory(blob.getParent())) {
            Files.createDirectories(blob.getParent());
            sync(blob.getParent().getParent(), StandardOpenOption.READ);
        }
        Files.move(file, blob, StandardCopyOption.ATOMIC_MOVE);
        sync(blob.getParent(), StandardOpenOption.READ);
    }

    /**
     * For whoever reads blobs one after the other: none of them is taken out of its place from now on. What has gone by now stays gone, so that who holds looks afterwards whether
     * they are there.
     */
    public Hold hold(Collection<Digest> blobs) {
        List<Digest> all = List.copyOf(blobs);
        for (Digest each : all) {
            // not between the look and the removal of whoever withdraws
            synchronized (place(each)) {
                held.merge(each, 1, Integer::sum);
            }
        }
        return () -> all.forEach(each -> held.computeIfPresent(each, (_, count) -> count == 1 ? null : count - 1));
    }

    /**
     * Takes a blob out of its place, from where nobody finds it any more; its bytes go with {@link #discard}. Who reads it, reads on.
     *
     * @param before somebody who wrote it at that time or later needs it: then it stays, and so it does while somebody holds it
     * @return where its bytes are now; empty if it stays, or there is none
     */
    public Optional<Path> withdraw(Digest digest, Instant before) throws IOException {
        Path blob = paths.blob(digest);
        synchronized (place(digest)) {
            if (held.containsKey(digest) || !Files.exists(blob) || !Files.getLastModifiedTime(blob).toInstant().isBefore(before)) {
                return Optional.empty();
            }
            return Optional.of(Files.move(blob, paths.removed().resolve(digest.hex()), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING));
        }
    }

    /** The bytes of what was withdrawn, also of what was left so when the service was killed. */
    public void discard() throws IOException {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(paths.removed())) {
            for (Path each : all) {
                Files.deleteIfExists(each);
            }
        }
    }

    private Object place(Digest digest) {
        return places[Integer.parseInt(digest.hex().substring(0, 2), 16)];
    }

    private static void sync(Path path, StandardOpenOption option) throws IOException {
        try (FileChannel channel = FileChannel.open(path, option)) {
            channel.force(true);
        }
    }

    public static Digest digestOf(Path file) throws IOException {
        return hex(fed(sha256(), file));
    }

    /** @return {@code digest}, with all that is in the file */
    static MessageDigest fed(MessageDigest digest, Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] data = new byte[1 << 16];
            for (int got = in.read(data); got >= 0; got = in.read(data)) {
                digest.update(data, 0, got);
            }
        }
        return digest;
    }

    public static Digest digestOf(byte[] data) {
        MessageDigest digest = sha256();
        digest.update(data);
        return hex(digest);
    }

    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    public static Digest hex(MessageDigest digest) {
        return Digest.ofHex(HexFormat.of().formatHex(digest.digest()));
    }
}
