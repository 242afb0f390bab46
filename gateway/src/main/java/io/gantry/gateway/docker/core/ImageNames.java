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

    /** Docker writes {@code docker.io/library/} before names that a person wrote without a registry. */
    public static String familiar(String name) {
        for (String prefix : List.of("docker.io/library/", "index.docker.io/library/", "docker.io/", "index.docker.io/")) {
            if (name.startsWith(prefix)) {
                return name.substring(prefix.length());
            }
        }
        return name;
    }

    /** @throws DockerRefusal for what is no reference at all */
    public static ImageRef reference(String name) {
        try {
            return ImageRef.parse(familiar(name));
        } catch (IllegalArgumentException e) {
            throw new DockerRefusal(400, "invalid reference format: " + e.getMessage());
        }
    }

    /** By reference, or by id or the beginning of one. */
    public static Optional<ImageView> find(List<ImageView> images, String name) {
        String familiar = familiar(name);
        Optional<ImageView> byName =
                images.stream().filter(image -> ID.matcher(familiar).matches() && familiar.startsWith("sha256:") ? false : named(image, familiar)).findFirst();
        if (byName.isPresent() || !ID.matcher(familiar).matches()) {
            return byName;
        }
        String id = familiar.startsWith("sha256:") ? familiar : "sha256:" + familiar;
        return images.stream().filter(image -> image.image().id().value().startsWith(id)).findFirst();
    }

    private static boolean named(ImageView image, String name) {
        try {
            ImageRef wanted = ImageRef.parse(name);
            if (wanted.digest().isPresent()) {
                return wanted.digest().get().equals(image.image().manifest());
            }
            return image.tags().stream().anyMatch(tag -> tag.tagged().equals(wanted.tagged()));
        } catch (IllegalArgumentException noReference) {
            return false;
        }
    }
}
