package io.gantry.gateway.docker.core;

import io.gantry.contracts.unit.ImageRef;
import io.gantry.contracts.view.ImageView;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Which of our images a Docker client means. */
public final class ImageNames {
    private static final Pattern ID = Pattern.compile("(sha256:)?[0-9a-f]{4,64}");

    private ImageNames() {}

    /** @throws DockerRefusal for what is no reference at all */
    public static ImageRef reference(String name) {
        try {
            return ImageRef.parse(ImageRef.familiar(name));
        } catch (IllegalArgumentException e) {
            throw new DockerRefusal(400, "invalid reference format: " + e.getMessage());
        }
    }

    /** Whether it begins with the address of a registry. */
    public static boolean saysRegistry(ImageRef name) {
        int slash = name.repository().indexOf('/');
        String first = slash < 0 ? "" : name.repository().substring(0, slash);
        return first.contains(".") || first.contains(":") || first.equals("localhost");
    }

    /** By reference, or by id or the beginning of one. */
    public static Optional<ImageView> find(List<ImageView> images, String name) {
        String familiar = ImageRef.familiar(name);
        Optional<ImageView> byName =
                images.stream().filter(image -> ID.matcher(familiar).matches() && familiar.startsWith("sha256:") ? false : named(image, familiar)).findFirst();
        if (byName.isPresent() || !ID.matcher(familiar).matches()) {
            return byName;
        }
        String id = familiar.startsWith("sha256:") ? familiar : "sha256:" + familiar;
        return images.stream().filter(image -> image.image().id().value().startsWith(id)).findFirst();
    }

    /** What the registry has of an image by a name that {@link #find} found it by: that name, or for an id one of its manifests, if possible of a repository where it has a tag. */
    public static ImageRef stored(ImageView image, String name) {
        if (named(image, ImageRef.familiar(name))) {
            return reference(name);
        }
        return image.digests().stream().filter(digest -> tagged(image, digest)).findFirst().orElse(image.digests().getFirst());
    }

    /** Whether the image has a tag in that manifest's repository. */
    static boolean tagged(ImageView image, ImageRef digest) {
        return image.tags().stream().anyMatch(tag -> tag.repository().equals(digest.repository()));
    }

    /**
     * The images that {@code docker save} writes for a name, by what image-service knows them by: a repository alone stands for all its tags.
     *
     * @throws DockerRefusal if nothing is called so
     */
    public static List<String> meant(List<ImageView> images, String name) {
        String familiar = ImageRef.familiar(name);
        List<String> tags = images.stream().flatMap(image -> image.tags().stream()).filter(tag -> tag.repository().equals(familiar)).map(ImageRef::toString).sorted().toList();
        if (!tags.isEmpty()) {
            return tags;
        }
        ImageView found = find(images, name).orElseThrow(() -> new DockerRefusal(404, "No such image: " + name));
        return List.of(found.tags().stream().map(ImageRef::toString).filter(tag -> tag.equals(familiar)).findFirst().orElse(found.image().id().value()));
    }

    private static boolean named(ImageView image, String name) {
        try {
            ImageRef wanted = ImageRef.parse(name);
            if (wanted.digest().isPresent()) {
                return image.digests().stream().anyMatch(one -> one.repository().equals(wanted.repository()) && one.digest().equals(wanted.digest()));
            }
            return image.tags().stream().anyMatch(tag -> tag.tagged().equals(wanted.tagged()));
        } catch (IllegalArgumentException noReference) {
            return false;
        }
    }
}
