package io.gantry.bench;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One line of a report.
 *
 * @param ratio Gantry's median over that of the first peer named; {@code null} without one
 */
record Row(
        String metric,
        String unit,
        Samples.Summary gantry,
        Map<String, Samples.Summary> peers,
        Double ratio,
        String promise,
        Promise.Outcome outcome,
        int runs) {
    static Row of(String metric, String unit, Samples gantry, Map<String, Samples> peers, Promise promise) {
        Map<String, Samples.Summary> summaries = new LinkedHashMap<>();
        peers.forEach((name, samples) -> summaries.put(name, samples.summary()));
        Samples.Summary own = gantry.summary();
        Double ratio = summaries.isEmpty() ? null : own.median() / summaries.values().iterator().next().median();
        return new Row(
                metric, unit, own, summaries, ratio, promise.words(), promise.outcome(own.median(), summaries), gantry.values().size());
    }
}
