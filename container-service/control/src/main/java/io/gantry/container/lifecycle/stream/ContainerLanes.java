package io.gantry.container.lifecycle.stream;

import io.gantry.kit.stream.Lanes;
import jakarta.inject.Singleton;

/** What nodes and other services say of one container is taken in one after the other, by its id: an address often comes while the place is being written down. */
@Singleton
class ContainerLanes {
    private final Lanes all = new Lanes();

    Lanes all() {
        return all;
    }
}
