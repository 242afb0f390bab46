package io.gantry.agent.execute;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * One way out of a container, or to what isn't its own.
 *
 * @param what a sentence's end: "a container …"
 * @param user who tries; {@code null} is root
 * @param script says "reached" once it is there
 * @param stoppedBy each of these stops it alone
 */
record Attempt(String what, String user, String script, Set<Protection> stoppedBy) {
    static Attempt of(String what, String script, Protection first, Protection... more) {
        return new Attempt(what, null, script, EnumSet.of(first, more));
    }

    Attempt by(String other) {
        return new Attempt(what, other, script, stoppedBy);
    }

    /** Without all that stops it but one. */
    List<Set<Protection>> withOneLeft() {
        return stoppedBy.stream().<Set<Protection>>map(one -> {
            Set<Protection> off = EnumSet.copyOf(stoppedBy);
            off.remove(one);
            return off;
        }).toList();
    }

    @Override
    public String toString() {
        return what + " (" + stoppedBy + ")";
    }
}
