package io.gantry.kit.stream;

import io.gantry.contracts.envelope.Fact;
import java.util.LinkedHashMap;
import java.util.Map;

/** Facts by their text: one that was told the short way isn't read again for each consumer that Kafka brings it to. Thread-safe. */
final class KnownFacts {
    private static final int MOST_REMEMBERED = 1_000;
    /** Larger ones are rare, and are read each time. */
    private static final int LONGEST_REMEMBERED = 16 << 10;

    private final Map<String, Fact> known = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Fact> eldest) {
            return size() > MOST_REMEMBERED;
        }
    };

    /** @throws IllegalArgumentException for anything that is not one of our events */
    Fact read(String text) {
        if (text.length() > LONGEST_REMEMBERED) {
            return Fact.fromJson(text);
        }
        synchronized (known) {
            Fact fact = known.get(text);
            if (fact != null) {
                return fact;
            }
        }
        Fact fact = Fact.fromJson(text);
        synchronized (known) {
            known.put(text, fact);
        }
        return fact;
    }
}
