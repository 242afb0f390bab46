package io.gantry.gateway.events;

import java.util.List;

/**
 * Which events somebody wants; an empty list is all.
 *
 * @param types CloudEvents types; one ending in {@code *} stands for all that begin so
 * @param subjects ids of aggregates, exact
 */
record EventFilter(List<String> types, List<String> subjects, Span span) {
    boolean matches(Entry entry) {
        return span.holds(entry.time())
                && (types.isEmpty() || types.stream().anyMatch(type -> matches(type, entry.type())))
                && (subjects.isEmpty() || subjects.contains(entry.subject()));
    }

    private static boolean matches(String wanted, String type) {
        return wanted.endsWith("*") ? type.startsWith(wanted.substring(0, wanted.length() - 1)) : wanted.equals(type);
    }
}
