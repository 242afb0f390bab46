package io.gantry.agent.image;

import io.gantry.contracts.unit.Digest;
import io.gantry.kernel.files.TreeReader;
import io.gantry.kernel.files.TreeReader.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/** All that can be seen of the files below a folder, a line for each, by path. */
final class TreeListing {
    /** Of what times and counts of names are listed. */
    enum Of {
        ALL,
        /** Counts of all, times of all but folders. */
        FILES,
        /** No counts; those of folders that overlayfs merges are made up, and what it copies is one name less. */
        STACKED
    }

    private TreeListing() {}

    /** What a folder that the tar doesn't name, or a mark for what is gone, has as its time is nobody's business. */
    static Map<String, String> of(Path root, Of of) throws IOException {
        Map<String, String> files = new TreeMap<>();
        TreeReader.walk(root, (entry, content) -> {
            Path path = root.resolve(entry.path());
            boolean mark = entry.kind() == Kind.CHARACTER_DEVICE && entry.node() == 0;
            boolean timed = !mark && !entry.path().isEmpty() && (entry.kind() != Kind.FOLDER || of == Of.ALL);
            boolean counted = !mark && of != Of.STACKED;
            Map<String, String> attributes = new TreeMap<>();
            entry.xattrs().forEach((name, value) -> attributes.put(name, HexFormat.of().formatHex(value)));
            files.put(
                    entry.path(),
                    "%s %o %s:%s %d %s -> %s first %s node %x %s links %s %s".formatted(
                            entry.kind(), entry.mode(), mark ? 0 : entry.user(), mark ? 0 : entry.group(), entry.kind() == Kind.FOLDER ? 0 : entry.size(),
                            timed ? time(entry) : "", entry.target(), of == Of.STACKED ? "" : entry.first(), entry.node(), attributes,
                            counted ? Files.getAttribute(path, "unix:nlink", LinkOption.NOFOLLOW_LINKS) : 0, of == Of.STACKED ? content(path, entry) : digest(content)));
        });
        return files;
    }

    /** Whether it was met before or not. */
    private static Digest content(Path path, TreeReader.Entry entry) throws IOException {
        try (InputStream content = entry.kind() == Kind.FILE ? Files.newInputStream(path) : InputStream.nullInputStream()) {
            return digest(content);
        }
    }

    private static Instant time(TreeReader.Entry entry) {
        boolean unnamed = entry.kind() == Kind.FOLDER && (entry.modified().equals(Instant.EPOCH) || entry.modified().isAfter(Instant.parse("2026-01-01T00:00:00Z")));
        return unnamed ? Instant.EPOCH : entry.modified();
    }

    private static Digest digest(InputStream content) throws IOException {
        try (DigestInputStream in = new DigestInputStream(content, MessageDigest.getInstance("SHA-256"))) {
            in.readAllBytes();
            return Digest.ofHex(HexFormat.of().formatHex(in.getMessageDigest().digest()));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
