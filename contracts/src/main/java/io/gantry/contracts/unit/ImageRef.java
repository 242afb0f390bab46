package io.gantry.contracts.unit;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What people write to name an image: {@code shop/web:1.2}, {@code shop/web@sha256:…} or both parts. A missing tag means
 * {@code latest}. {@code repository} follows the OCI distribution spec's name grammar; a host part, {@code host:port/}, is
 * kept in it as written.
 */
public record ImageRef(String repository, Optional<String> tag, Optional<Digest> digest) {
    /** A part of a host's name. */
    private static final String LABEL = "[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?";

    private static final Pattern REPOSITORY =
            Pattern.compile(
                    "(?:" + LABEL + "(?:\\." + LABEL + ")*(?::\\d+)?/)?[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*)*");
    private static final List<String> UNNAMED = List.of("docker.io/library/", "index.docker.io/library/", "docker.io/", "index.docker.io/");

    private static final Pattern TAG = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}");

    public ImageRef {
        if (repository.length() > 255 || !REPOSITORY.matcher(repository).matches()) {
            throw new IllegalArgumentException(
                    "'" + repository + "' is not a repository name: lower case letters, digits and single . _ - between them, parts joined by /");
        }
        tag.filter(t -> !TAG.matcher(t).matches())
                .ifPresent(
                        t -> {
                            throw new IllegalArgumentException("'" + t + "' is not a tag");
                        });
    }

    @JsonCreator
    public static ImageRef parse(String text) {
        Optional<Digest> digest = Optional.empty();
        String rest = text;
        int at = rest.indexOf('@');
        if (at >= 0) {
            digest = Optional.of(new Digest(rest.substring(at + 1)));
            rest = rest.substring(0, at);
        }
        int colon = rest.lastIndexOf(':');
        if (colon > rest.lastIndexOf('/')) {
            return new ImageRef(rest.substring(0, colon), Optional.of(rest.substring(colon + 1)), digest);
        }
        return new ImageRef(rest, digest.isPresent() ? Optional.empty() : Optional.of("latest"), digest);
    }

    /** A name as people write it: Docker's clients put the registry that needs no name before it, and that is taken away. */
    public static String familiar(String name) {
        return UNNAMED.stream().filter(name::startsWith).findFirst().map(prefix -> name.substring(prefix.length())).orElse(name);
    }

    /** {@code repository:tag}; absent where only a digest was given. */
    public Optional<String> tagged() {
        return tag.map(t -> repository + ":" + t);
    }

    @Override
    @JsonValue
    public String toString() {
        return repository + tag.map(t -> ":" + t).orElse("") + digest.map(d -> "@" + d).orElse("");
    }
}
