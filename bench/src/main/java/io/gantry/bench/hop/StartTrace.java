package io.gantry.bench.hop;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;

/**
 * The moments of one start, all by the clock of one machine. Decided: the time in the fact, taken within its transaction. In Kafka: when
 * a reader had it.
 *
 * @param planned how long the plan took until the command was executed
 * @param executed when that was, by the agent
 */
public record StartTrace(
        Instant asked,
        Instant requestedDecided,
        Instant requestedHeard,
        Instant placedDecided,
        Instant placedHeard,
        Instant endpointHeard,
        Instant containerHeard,
        Duration planned,
        Instant executed,
        Instant runningHeard,
        Instant startedDecided,
        Instant answered) {
    /** Milliseconds of each hop. */
    public Map<Hop, Double> hops() {
        Instant begun = executed.minus(planned);
        Instant bothHeard = endpointHeard.isAfter(containerHeard) ? endpointHeard : containerHeard;
        Map<Hop, Double> hops = new EnumMap<>(Hop.class);
        for (Hop hop : Hop.values()) {
            hops.put(
                    hop,
                    switch (hop) {
                        case ACCEPT -> millis(asked, requestedDecided);
                        case TELL_REQUESTED -> millis(requestedDecided, requestedHeard);
                        case PLACE -> millis(requestedHeard, placedDecided);
                        case TELL_PLACED -> millis(placedDecided, placedHeard);
                        case LEASE -> millis(placedHeard, endpointHeard);
                        case DESIRE -> millis(placedHeard, containerHeard);
                        case LINK -> millis(bothHeard, begun);
                        case PLAN -> millis(begun, executed);
                        case OBSERVE -> millis(executed, runningHeard);
                        case TAKE_IN -> millis(runningHeard, startedDecided);
                        case ANSWER -> millis(startedDecided, answered);
                    });
        }
        return hops;
    }

    private static double millis(Instant from, Instant to) {
        return Duration.between(from, to).toNanos() / 1e6;
    }
}
