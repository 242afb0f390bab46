package io.gantry.agent.image;

import io.gantry.kernel.files.TreeReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** What shows below a layer that is being unpacked. */
@FunctionalInterface
interface Below {
    /** The lowest layer's. */
    Below NOTHING = _ -> Optional.empty();

    /** @param file where it lies on this host */
    record Found(TreeReader.Entry entry, Path file) {}

    /**
     * @param path without a link in it; not the root's
     * @return empty if nothing shows there
     * @throws LowerLayersComing if that isn't known yet
     */
    Optional<Found> at(String path) throws IOException;
}
