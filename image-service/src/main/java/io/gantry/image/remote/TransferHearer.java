package io.gantry.image.remote;

import io.gantry.contracts.unit.Digest;

/** Who hears how far a pull or push is. Calls may wait. */
public interface TransferHearer {
    /** How far a layer is. */
    enum State {
        /** It was on the other side already. */
        PRESENT,
        MOVING,
        DONE
    }

    /** Nobody wants to know. */
    TransferHearer NOBODY = new TransferHearer() {
        @Override
        public void begins(String repository, String tag) {
            // nobody wants to know
        }

        @Override
        public void layer(Digest layer, State state, long current, long total) {
            // nobody wants to know
        }
    };

    /** @param name of what is asked there, {@code tag} or digest */
    void begins(String repository, String tag);

    /** @param current bytes that have moved */
    void layer(Digest layer, State state, long current, long total);
}
