package io.gantry.cli.progress;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Several things that go on at a time, in the order in which they were first heard of. Told what happens it says what is to be seen; it draws nothing. */
final class Bars {
    private final Map<String, Bar> bars = new LinkedHashMap<>();

    /** @return whether it is the first that is heard of it */
    boolean put(Bar bar) {
        return bars.put(bar.name(), bar) == null;
    }

    void remove(String name) {
        bars.remove(name);
    }

    void clear() {
        bars.clear();
    }

    /**
     * Each at most so wide, and no more than so many: what is over makes room first, then what was heard of last; both are counted.
     *
     * @param rows at least 2
     */
    List<String> lines(int columns, int rows, boolean colours) {
        List<Bar> shown = new ArrayList<>(bars.values());
        List<String> lines = new ArrayList<>();
        if (shown.size() > rows) {
            int over = (int) shown.stream().filter(Bar::over).count();
            int spare = Math.min(over, shown.size() + 1 - rows);
            if (spare > 0) {
                leaveOut(shown, spare);
                lines.add(Bar.cut(spare + (spare < over ? " more" : "") + (spare == 1 ? " is" : " are") + " done", columns));
            }
        }
        int room = rows - lines.size();
        int fit = shown.size() > room ? room - 1 : shown.size();
        shown.subList(0, fit).forEach(bar -> lines.add(bar.line(columns, colours)));
        if (fit < shown.size()) {
            lines.add(Bar.cut("and " + (shown.size() - fit) + " more", columns));
        }
        return lines;
    }

    /** The first so many of those that are over. */
    private static void leaveOut(List<Bar> shown, int count) {
        int left = count;
        for (var bars = shown.iterator(); left > 0 && bars.hasNext(); ) {
            if (bars.next().over()) {
                bars.remove();
                left--;
            }
        }
    }
}
