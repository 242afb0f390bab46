package io.gantry.bench.hop;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;

/**
 * The moments of one start, all by the clock of one machine. Decided: the time in the fact, taken within its transaction, before that commits.
 *
 * @param planned how long the plan took until the command was executed
 * @param executed when that was, by the agent
 */
public record StartTrace(
        Instant asked,
        Instant requested,
        Instant placed,
        Instant leased,
        Duration planned,
        Instant executed,
        Instant started,
        Instant answered) {
    /** Milliseconds of each hop. */
    public Map<Hop, Double> hops() {
        Instant begun = executed.minus(planned);
        Map<Hop, Double> hops = new EnumMap<>(Hop.class);
        for (Hop hop : Hop.values()) {
            hops.put(
                    hop,
                    switch (hop) {
                        case ACCEPT -> millis(asked, requested);
                        case PLACE -> millis(requested, placed);
                        case LEASE -> millis(placed, leased);
                        case LINK -> millis(leased, begun);
                        case PLAN -> millis(begun, executed);
                        case OBSERVE -> millis(executed, started);
                        case ANSWER -> millis(started, answered);
                    });
        }
        return hops;
    }

    private static double millis(Instant from, Instant to) {
        return Duration.between(from, to).toNanos() / 1e6;
    }
}
