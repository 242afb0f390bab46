package io.gantry.image.registry.core;

import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.image.content.Sha512;
import io.gantry.image.registry.core.RegistryRefusal.Code;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/** What a path of the distribution API speaks of. */
public sealed interface RegistryRequest {
    /** Distribution spec, "Pulling manifests". */
    Pattern NAME = Pattern.compile("[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*)*");

    record Base() implements RegistryRequest {}

    record Catalog() implements RegistryRequest {}

    /** @param asked the digest that it was asked for by, which may be another name of the same bytes */
    record Blob(String repository, Digest digest, String asked) implements RegistryRequest {}

    record Uploads(String repository) implements RegistryRequest {}

    record Upload(String repository, String id) implements RegistryRequest {}

    record Manifest(String repository, Reference reference) implements RegistryRequest {}

    /** A manifest on its way in, by another name than it will have here. */
    record ManifestByOther(String repository, Sha512 name) implements RegistryRequest {}

    record Tags(String repository) implements RegistryRequest {}

    /** @param subject a digest; by sha512 only if nothing is known here by it */
    record Referrers(String repository, String subject) implements RegistryRequest {}

    /** A tag or a digest. */
    sealed interface Reference {
        record Tag(String value) implements Reference {}

        /** @param asked as {@link Blob} has it */
        record ByDigest(Digest value, String asked) implements Reference {}
    }

    /**
     * By a word that can be no tag a manifest may be asked for, and there is none; that it can be none is told who pushes by it.
     *
     * @param names what is meant by another digest than sha256, if that is known
     * @param path what follows {@code /v2}, decoded: {@code /shop/web/manifests/1.2}
     * @return empty for a path the specification doesn't have
     */
    static Optional<RegistryRequest> parse(String method, String path, Function<Sha512, Optional<Digest>> names) {
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
            case "blobs" -> Optional.of(new Blob(name(parts, last - 1), known(parts[last], names, Code.BLOB_UNKNOWN), parts[last]));
            case "manifests" -> Optional.of(manifest(method, name(parts, last - 1), parts[last], names));
            case "referrers" -> Optional.of(new Referrers(name(parts, last - 1), subject(parts[last], names)));
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

    private static Digest known(String text, Function<Sha512, Optional<Digest>> names, Code unknown) {
        return Sha512.is(text)
                ? names.apply(new Sha512(text)).orElseThrow(() -> new RegistryRefusal(unknown, "nothing is here by that digest", text))
                : digest(text);
    }

    private static String subject(String text, Function<Sha512, Optional<Digest>> names) {
        return Sha512.is(text) ? names.apply(new Sha512(text)).map(Digest::value).orElse(text) : digest(text).value();
    }

    private static RegistryRequest manifest(String method, String repository, String text, Function<Sha512, Optional<Digest>> names) {
        if (method.equals("PUT") && Sha512.is(text)) {
            return new ManifestByOther(repository, new Sha512(text));
        }
        return new Manifest(repository, text.contains(":") ? new Reference.ByDigest(known(text, names, Code.MANIFEST_UNKNOWN), text) : tag(method, text));
    }

    private static Reference tag(String method, String text) {
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
