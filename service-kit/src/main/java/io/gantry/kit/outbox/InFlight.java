package io.gantry.kit.outbox;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Rows on their way to Kafka. A row is done when Kafka has it and all before it: were one behind a lost one forgotten, sending the lost one
 * again would put the older word last. Pure; for one thread.
 */
final class InFlight {
    private enum State {
        SENT,
        ARRIVED,
        LOST
    }

    private final Map<Long, State> rows = new TreeMap<>();

    void sent(long id) {
        rows.put(id, State.SENT);
    }

    /** Kafka's answer to one that was sent. */
    void answered(long id, boolean arrived) {
        rows.put(id, arrived ? State.ARRIVED : State.LOST);
    }

    /** Whether an answer is to come. */
    boolean open() {
        return rows.containsValue(State.SENT);
    }

    int size() {
        return rows.size();
    }

    Collection<Long> ids() {
        return rows.keySet();
    }

    /** Those that are done, which are forgotten. */
    List<Long> takeDone() {
        List<Long> done = new ArrayList<>();
        for (Map.Entry<Long, State> row : rows.entrySet()) {
            if (row.getValue() != State.ARRIVED) {
                break;
            }
            done.add(row.getKey());
        }
        done.forEach(rows::remove);
        return done;
    }
}
