package io.gantry.e2e.hostile;

import io.gantry.check.raw.RawConnection;
import java.io.IOException;
import java.util.Set;

/**
 * Something that a client can be in the middle of.
 *
 * @param at most so many clients at a time
 * @param halves the end of what the client says isn't the end of the connection
 * @param opening returns when the platform is in the middle of it, too
 */
record Exchange(String name, Set<Door> doors, int at, boolean halves, Opening opening) {
    /** More than the counts may differ without a reason. */
    static final int CLIENTS = 5;

    interface Opening {
        RawConnection at(Door door) throws IOException;
    }

    static Exchange of(String name, Set<Door> doors, Opening opening) {
        return new Exchange(name, doors, CLIENTS, false, opening);
    }

    static Exchange takenOver(String name, Set<Door> doors, Opening opening) {
        return new Exchange(name, doors, CLIENTS, true, opening);
    }

    Exchange only(int clients) {
        return new Exchange(name, doors, clients, halves, opening);
    }
}
