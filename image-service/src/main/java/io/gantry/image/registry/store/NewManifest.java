package io.gantry.image.registry.store;

import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.view.ImageView;
import io.gantry.image.registry.core.ManifestDocument;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A checked manifest on its way into a repository.
 *
 * @param otherNames by which of its parts' sha512 it means which of them
 * @param needed of its parts those that must be in the repository: of an index that was pulled for one platform, only some
 * @param image what it runs as; empty for what is no image
 */
public record NewManifest(
        String repository,
        Digest digest,
        byte[] body,
        ManifestDocument document,
        Map<String, Digest> otherNames,
        List<Digest> needed,
        Optional<ResolvedImage> image,
        List<ImageView.History> history) {}
