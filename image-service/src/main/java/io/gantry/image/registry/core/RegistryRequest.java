package io.gantry.image.registry.core;

import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.image.registry.core.RegistryRefusal.Code;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/** What a path of the distribution API speaks of. */
public sealed interface RegistryRequest {
    /** Distribution spec, "Pulling manifests". */
    Pattern NAME = Pattern.compile("[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*)*");

    record Base() implements RegistryRequest {}

    record Catalog() implements RegistryRequest {}

    record Blob(String repository, Digest digest) implements RegistryRequest {}

    record Uploads(String repository) implements RegistryRequest {}

    record Upload(String repository, String id) implements RegistryRequest {}

    record Manifest(String repository, Reference reference) implements RegistryRequest {}

    record Tags(String repository) implements RegistryRequest {}

    record Referrers(String repository, Digest digest) implements RegistryRequest {}

    /** A tag or a digest. */
    sealed interface Reference {
        record Tag(String value) implements Reference {}

        record ByDigest(Digest value) implements Reference {}
    }

    /**
     * By a word that can be no tag a manifest may be asked for, and there is none; that it can be none is told who pushes by it.
     *
     * @param path what follows {@code /v2}, decoded: {@code /shop/web/manifests/1.2}
     * @return empty for a path the specification doesn't have
     */
    static Optional<RegistryRequest> parse(String method, String path) {
        if (path.isEmpty() || path.equals("/")) {
            return Optional.of(new Base());
        }
        if (path.equals("/_catalog")) {
            return Optional.of(new Catalog());
        }
        String[] parts = path.substring(1).split("/", -1);
        int last = parts.length - 1;
        if (last >= 3 && parts[last - 2].equals("blobs") && parts[last - 1].equals("uploads")) {
            String name = name(parts, last - 2);
            return Optional.of(parts[last].isEmpty() ? new Uploads(name) : new Upload(name, upload(parts[last])));
        }
        if (last >= 2 && parts[last - 1].equals("blobs") && parts[last].equals("uploads")) {
            return Optional.of(new Uploads(name(parts, last - 1)));
        }
        if (last < 2) {
            return Optional.empty();
        }
        return switch (parts[last - 1]) {
            case "blobs" -> Optional.of(new Blob(name(parts, last - 1), digest(parts[last])));
            case "manifests" -> Optional.of(new Manifest(name(parts, last - 1), reference(method, parts[last])));
            case "referrers" -> Optional.of(new Referrers(name(parts, last - 1), digest(parts[last])));
            case "tags" -> parts[last].equals("list") ? Optional.of(new Tags(name(parts, last - 1))) : Optional.empty();
            default -> Optional.empty();
        };
    }

    static String name(String text) {
        if (!NAME.matcher(text).matches() || text.length() > 255) {
            throw new RegistryRefusal(
                    Code.NAME_INVALID, "a name is lower case letters, digits and single . _ - between them, parts joined by /", text);
        }
        return text;
    }

    static Digest digest(String text) {
        try {
            return new Digest(text);
        } catch (IllegalArgumentException e) {
            throw new RegistryRefusal(Code.DIGEST_INVALID, e.getMessage(), text);
        }
    }

    private static Reference reference(String method, String text) {
        if (text.contains(":")) {
            return new Reference.ByDigest(digest(text));
        }
        try {
            new ImageRef("any", Optional.of(text), Optional.empty());
        } catch (IllegalArgumentException e) {
            throw new RegistryRefusal(method.equals("PUT") ? Code.TAG_INVALID : Code.MANIFEST_UNKNOWN, e.getMessage(), text);
        }
        return new Reference.Tag(text);
    }

    private static String upload(String id) {
        if (!id.matches("[0-9a-f-]{36}")) {
            throw new RegistryRefusal(Code.BLOB_UPLOAD_UNKNOWN, "no upload has that id", id);
        }
        return id;
    }

    private static String name(String[] parts, int count) {
        return name(String.join("/", Arrays.copyOf(parts, count)));
    }
}
