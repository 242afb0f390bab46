package io.gantry.agent.image;

import java.io.IOException;

/** What a layer is depends on those below, and they aren't all on this host yet. */
final class LowerLayersComing extends IOException {
    private static final long serialVersionUID = 1L;

    LowerLayersComing() {
        super("it depends on the layers below, which aren't here yet");
    }
}
