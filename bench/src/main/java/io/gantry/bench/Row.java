package io.gantry.bench;

import java.util.Map;

/**
 * One line of a report.
 *
 * @param ratio Gantry's median over the first peer's; {@code null} without one
 * @param promise the most the ratio, or without a peer the median, may be; {@code null} where nothing is promised
 */
record Row(
        String metric,
        String unit,
        Samples.Summary gantry,
        Map<String, Samples.Summary> peers,
        Double ratio,
        Double promise,
        int runs) {
    static Row of(String metric, String unit, Samples gantry, Map<String, Samples> peers, Double promise) {
        Map<String, Samples.Summary> summaries = new java.util.LinkedHashMap<>();
        peers.forEach((name, samples) -> summaries.put(name, samples.summary()));
        Samples.Summary own = gantry.summary();
        Double ratio = summaries.isEmpty() ? null : own.median() / summaries.values().iterator().next().median();
        return new Row(metric, unit, own, summaries, ratio, promise, gantry.values().size());
    }

    boolean kept() {
        return promise == null || (ratio == null ? gantry.median() : ratio) <= promise;
    }
}
