package io.gantry.agent.image;

import java.io.IOException;

/** The source can't be reached or broke off: nothing is known to be wrong with the blob, and a later try may succeed. */
public final class BlobSourceAway extends IOException {
    private static final long serialVersionUID = 1L;

    /** @param message where it was tried and what happened */
    public BlobSourceAway(String message, IOException cause) {
        super(message, cause);
    }
}
