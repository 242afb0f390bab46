package io.gantry.agent.image.erofs;

import java.io.IOException;

/** A layer has more files than this agent's memory holds at once; it can be unpacked to a folder. */
public final class LargeLayer extends IOException {
    private static final long serialVersionUID = 1L;

    LargeLayer() {
        super("it has more files than there is memory for to make an image of them");
    }
}
