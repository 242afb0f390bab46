package io.gantry.container.lifecycle.stream;

import io.gantry.contracts.id.ContainerId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What waits for its turn: what only happened in a container joins what only happened in it just before, so that one transaction takes in both. A further command
 * is told of three times, mostly within some milliseconds.
 */
final class ToldInARow {
    /** In one row. */
    private static final int MOST = 100;

    /** Those that may still grow: the last that was said of their container. */
    private final Map<ContainerId, List<Told>> open = new HashMap<>();

    /** @return the row that it begins, which is to be given a turn; nothing if it joined one that waits for its */
    synchronized Optional<List<Told>> add(Told told) {
        List<Told> before = open.get(told.id());
        if (before != null && before.size() < MOST && told.goesWith(before.getLast())) {
            before.add(told);
            return Optional.empty();
        }
        List<Told> row = new ArrayList<>(List.of(told));
        open.put(told.id(), row);
        return Optional.of(row);
    }

    /** Its turn has come: nothing joins it any more. */
    synchronized List<Told> begin(List<Told> row) {
        ContainerId id = row.getFirst().id();
        if (open.get(id) == row) {
            open.remove(id);
        }
        return row;
    }
}
