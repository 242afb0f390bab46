package io.gantry.agent.log;

import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Which entries belong to the last lines of a log. A line may be many entries long, so lines are counted by a first reading and passed
 * over by a second one: nothing is kept but numbers, however long the lines are.
 */
final class Tail {
    private final int lines;
    /** Lines that begin in each file, oldest first. */
    private final Map<Object, Long> begun = new LinkedHashMap<>();

    private final Set<LogLine.Stream> within = EnumSet.noneOf(LogLine.Stream.class);
    private final Set<LogLine.Stream> shown = EnumSet.noneOf(LogLine.Stream.class);
    private long toPass;

    Tail(int lines) {
        this.lines = lines;
    }

    /** In the first reading. */
    void count(LogLine entry, Object file) {
        if (begins(entry)) {
            begun.merge(file, 1L, Long::sum);
        }
    }

    /** @param oldest the file that the second reading begins with; those before it have been removed meanwhile */
    void rewind(Object oldest) {
        long all = begun.values().stream().mapToLong(Long::longValue).sum();
        toPass = Math.max(0, all - lines);
        if (begun.containsKey(oldest)) {
            for (Map.Entry<Object, Long> file : begun.entrySet()) {
                if (file.getKey().equals(oldest)) {
                    break;
                }
                toPass = Math.max(0, toPass - file.getValue());
            }
        }
        within.clear();
    }

    /** In the second reading, for each entry in order. */
    boolean shows(LogLine entry) {
        if (begins(entry)) {
            if (toPass > 0) {
                toPass--;
                shown.remove(entry.stream());
            } else {
                shown.add(entry.stream());
            }
        }
        return shown.contains(entry.stream());
    }

    private boolean begins(LogLine entry) {
        return entry.whole() ? !within.remove(entry.stream()) : within.add(entry.stream());
    }
}
