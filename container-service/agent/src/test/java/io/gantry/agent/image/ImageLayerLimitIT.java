package io.gantry.agent.image;

/** Those that are kept as images. */
class ImageLayerLimitIT extends LayerLimitIT {
    @Override
    boolean asImages() {
        return true;
    }
}
