package io.gantry.contracts.view;

import io.gantry.contracts.api.Always;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.Digest;
import java.util.List;

/**
 * What a name means at another registry.
 *
 * @param digest of the manifest or index
 * @param size of that, not of the image
 * @param platforms {@code os/architecture} of each image of an index
 */
public record RemoteImageView(String mediaType, @Always Digest digest, Bytes size, List<String> platforms) {}
