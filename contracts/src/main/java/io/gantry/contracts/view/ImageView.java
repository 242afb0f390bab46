package io.gantry.contracts.view;

import io.gantry.contracts.api.Always;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.unit.ImageRef;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An image in the registry. Several manifests may make it, in one repository or several, with layers that were compressed otherwise; {@code image} is of the one
 * that was asked for, in a list of the newest.
 *
 * @param digests the manifests that make it, {@code repository@digest}, newest first
 * @param tags the references that point to it, {@code repository:tag}
 * @param history newest last: what made each layer
 */
public record ImageView(@Always ResolvedImage image, @Always List<ImageRef> digests, @Always List<ImageRef> tags, @Always List<History> history, @Always Instant storedAt) {
    /** An image-service of before tells no {@code digests}: the one of {@code image} is there. Of a view of chosen fields alone that may be missing, too. */
    public ImageView {
        digests = digests == null ? Stream.ofNullable(image).filter(one -> one.manifest() != null).map(ImageView::digest).toList() : List.copyOf(digests);
    }

    private static ImageRef digest(ResolvedImage image) {
        return new ImageRef(image.reference().repository(), Optional.empty(), Optional.of(image.manifest()));
    }

    /**
     * @param emptyLayer it changed the configuration only
     * @param comment what somebody said of it; {@code null} if nobody did
     * @param author who made it, of the newest step that of the image; {@code null} if that isn't said
     */
    public record History(Instant created, String createdBy, boolean emptyLayer, String comment, String author) {}
}
