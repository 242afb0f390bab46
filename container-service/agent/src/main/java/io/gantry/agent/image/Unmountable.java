package io.gantry.agent.image;

import java.io.IOException;

/** A layer's image was written, and the kernel doesn't mount it: it has no loop device or no memory left. */
final class Unmountable extends IOException {
    private static final long serialVersionUID = 1L;

    Unmountable(RuntimeException why) {
        super("its image can't be mounted: " + why.getMessage(), why);
    }
}
