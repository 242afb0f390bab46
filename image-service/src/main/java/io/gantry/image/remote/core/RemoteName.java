package io.gantry.image.remote.core;

import io.gantry.contracts.unit.ImageRef;
import java.util.Map;
import java.util.Optional;

/**
 * Where an image is kept elsewhere.
 *
 * @param registry {@code host} or {@code host:port}
 * @param path of the repository there
 * @param reference a tag, or a digest
 */
public record RemoteName(String registry, String path, String reference) {
    /**
     * By Docker's rule: a first part with a dot or a port, or {@code localhost}, is a registry's; any other name says none.
     *
     * @param unnamed {@code host[:port][/folders]} of the registry that is asked for names without one
     */
    public static Optional<RemoteName> of(ImageRef name, Optional<String> unnamed) {
        String reference = name.digest().map(Object::toString).or(name::tag).orElse("latest");
        String repository = name.repository();
        int slash = repository.indexOf('/');
        String first = slash < 0 ? "" : repository.substring(0, slash);
        if (first.contains(".") || first.contains(":") || first.equals("localhost")) {
            return Optional.of(new RemoteName(first, repository.substring(slash + 1), reference));
        }
        return unnamed.filter(base -> !base.isBlank()).map(base -> below(base, repository, reference));
    }

    /**
     * Where an image of a mirrored registry is kept; empty if its name doesn't begin with a mirror's.
     *
     * @param mirrors {@code host[:port][/folders]} by the first part of names
     */
    public static Optional<RemoteName> through(Map<String, String> mirrors, ImageRef name) {
        String repository = name.repository();
        int slash = repository.indexOf('/');
        return Optional.ofNullable(slash < 0 ? null : mirrors.get(repository.substring(0, slash)))
                .map(base -> below(base, repository.substring(slash + 1), name.digest().map(Object::toString).or(name::tag).orElse("latest")));
    }

    private static RemoteName below(String base, String repository, String reference) {
        int end = base.indexOf('/');
        String host = end < 0 ? base : base.substring(0, end);
        String folders = end < 0 ? "" : base.substring(end + 1).replaceAll("/+$", "");
        return new RemoteName(host, folders.isEmpty() ? repository : folders + "/" + repository, reference);
    }

    @Override
    public String toString() {
        return registry + "/" + path + (reference.contains(":") ? "@" : ":") + reference;
    }
}
