package io.gantry.agent.link;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** What was said of a link since it last worked: each thing once, however often it is tried. Not thread-safe. */
final class Outage {
    private final Set<String> told = new HashSet<>();

    /** Empty if that was said already. */
    Optional<String> tell(String what) {
        return told.add(what) ? Optional.of(what) : Optional.empty();
    }

    /** The link works. True if it didn't before. */
    boolean end() {
        boolean ended = !told.isEmpty();
        told.clear();
        return ended;
    }
}
