package io.gantry.agent.image;

import io.gantry.contracts.unit.Digest;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** One way in which layers lie on this host's disk, each by its {@link Layer#name name}. Several stand beside each other: overlayfs stacks layers of all forms. */
interface LayerForm {
    /** A layer's tar on its way here. */
    interface Arrival {
        /**
         * Reads it to its end; all of it is in the tree then, and is what was asked for.
         *
         * @return the name that it is kept by
         */
        Digest into(LayerTree tree) throws IOException;
    }

    /** Whether it can be stacked just so: looks, and does nothing. */
    Optional<Layer> ready(Digest name);

    /** As {@link #ready}, once what the disk has was made ready. Empty if it isn't here in this form, or isn't whole. */
    Optional<Layer> find(Digest name) throws IOException;

    /** Brings a layer here that isn't; one that fails leaves nothing that looks whole. */
    Layer keep(Digest diffId, Arrival tar) throws IOException;

    /** All that are whole in this form. */
    List<Digest> kept() throws IOException;

    /** From now on it isn't here; what that leaves on the disk has a name that ends with {@link LayerDisk#GONE}. Nothing if it isn't here in this form. */
    void takeAway(Digest name) throws IOException;
}
