package io.gantry.contracts.view;

import io.gantry.contracts.api.Always;
import io.gantry.contracts.unit.ImageRef;

/** A further name for an image. {@code source}: any reference or id. */
public record TagRequest(@Always String source, @Always ImageRef target) {
    public TagRequest {
        if (source == null || target == null) {
            throw new IllegalArgumentException("\"source\" and \"target\" are needed, for example shop/web:1.2 and shop/web:stable");
        }
        if (target.digest().isPresent()) {
            throw new IllegalArgumentException("target is a repository and a tag, got '" + target + "'");
        }
    }
}
