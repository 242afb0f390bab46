package io.gantry.kit.stream;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** What was heard of lately, up to a number; what was heard of first is forgotten first. Thread-safe. */
public final class Recently<T> {
    private final Set<T> all;

    public Recently(int most) {
        all = Collections.synchronizedSet(Collections.newSetFromMap(new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<T, Boolean> eldest) {
                return size() > most;
            }
        }));
    }

    public void add(T one) {
        all.add(one);
    }

    /** {@code false} of what was never heard of, too. */
    public boolean has(T one) {
        return all.contains(one);
    }
}
