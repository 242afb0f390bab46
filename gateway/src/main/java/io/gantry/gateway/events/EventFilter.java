package io.gantry.gateway.events;

import io.gantry.contracts.envelope.Fact;
import io.gantry.gateway.scope.OwnFacts;
import java.util.List;

/**
 * Which events somebody wants; an empty list is all.
 *
 * @param types CloudEvents types; one ending in {@code *} stands for all that begin so
 * @param subjects ids of aggregates, exact
 * @param theirs of what is the client's at all
 */
record EventFilter(List<String> types, List<String> subjects, Span span, OwnFacts theirs) {
    /** Asked of each entry once, in order: what is theirs follows from what came before. */
    boolean matches(Entry entry) {
        return isTheirs(entry)
                && span.holds(entry.time())
                && (types.isEmpty() || types.stream().anyMatch(type -> matches(type, entry.type())))
                && (subjects.isEmpty() || subjects.contains(entry.subject()));
    }

    private boolean isTheirs(Entry entry) {
        if (theirs.all()) {
            return true;
        }
        try {
            return theirs.wants(Fact.fromJson(entry.json()));
        } catch (IllegalArgumentException laterThanWe) {
            return false;
        }
    }

    private static boolean matches(String wanted, String type) {
        return wanted.endsWith("*") ? type.startsWith(wanted.substring(0, wanted.length() - 1)) : wanted.equals(type);
    }
}
