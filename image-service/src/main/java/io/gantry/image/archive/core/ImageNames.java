package io.gantry.image.archive.core;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.unit.ImageRef;
import java.util.Optional;

/** How archives name their images. */
final class ImageNames {
    private ImageNames() {}

    /** In Docker's form, a repository and a tag. */
    static ImageRef tag(String text) {
        try {
            ImageRef tag = ImageRef.parse(ImageRef.familiar(text));
            if (tag.digest().isEmpty()) {
                return tag;
            }
        } catch (IllegalArgumentException e) {
            // told below
        }
        throw LoadPlan.refused("the archive calls an image '" + text + "', which is not a name and a tag", null);
    }

    /** By a descriptor's annotations: the whole name, as containerd and Docker write it, or as skopeo does; a bare tag names nothing. */
    static Optional<ImageRef> of(JsonNode descriptor) {
        String whole = descriptor.path("annotations").path(ArchiveDocuments.IMAGE_NAME).asText("");
        String name = descriptor.path("annotations").path(ArchiveDocuments.REF_NAME).asText("");
        if (!whole.isEmpty()) {
            return Optional.of(tag(whole));
        }
        return name.contains(":") || name.contains("/") ? Optional.of(tag(name)) : Optional.empty();
    }
}
