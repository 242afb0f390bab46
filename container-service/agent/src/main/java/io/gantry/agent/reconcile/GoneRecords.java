package io.gantry.agent.reconcile;

import io.gantry.contracts.state.StateKey;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Versions of records that went, so that an older word can't bring them back. Pure and unchanging; a further one copies only the latest few, however many are
 * remembered.
 */
final class GoneRecords {
    static final GoneRecords NONE = new GoneRecords(Map.of(), Map.of());

    /** One link speaks in order: what is older than so many other ends isn't said again. */
    static final int REMEMBERED = 4096;

    static final int RECENT = 64;
    private static final long TAKEN_BACK = Long.MIN_VALUE;

    private final Map<StateKey, Long> older;
    private final Map<StateKey, Long> recent;

    private GoneRecords(Map<StateKey, Long> older, Map<StateKey, Long> recent) {
        this.older = older;
        this.recent = recent;
    }

    GoneRecords with(StateKey key, long version) {
        Map<StateKey, Long> next = new HashMap<>(recent);
        next.put(key, version);
        return next.size() < RECENT ? new GoneRecords(older, next) : new GoneRecords(merged(next), Map.of());
    }

    /** It is there again. */
    GoneRecords without(StateKey key) {
        return version(key) == TAKEN_BACK ? this : with(key, TAKEN_BACK);
    }

    private Map<StateKey, Long> merged(Map<StateKey, Long> latest) {
        LinkedHashMap<StateKey, Long> all = new LinkedHashMap<>(older);
        latest.forEach((key, version) -> {
            all.remove(key);
            if (version != TAKEN_BACK) {
                all.put(key, version);
            }
        });
        while (all.size() > REMEMBERED) {
            all.pollFirstEntry();
        }
        return all;
    }

    /** Whether it went at that version or a later one. */
    boolean cover(StateKey key, long version) {
        return version <= version(key);
    }

    private long version(StateKey key) {
        Long latest = recent.get(key);
        return latest != null ? latest : older.getOrDefault(key, TAKEN_BACK);
    }

    /** At most {@link #REMEMBERED} and {@link #RECENT} together. */
    int size() {
        return older.size() + recent.size();
    }
}
