package io.gantry.bench;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Measured values of one thing, in the unit of the row they end in. */
record Samples(List<Double> values) {
    record Summary(double median, double p99) {}

    Summary summary() {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        return new Summary(at(sorted, 0.5), at(sorted, 0.99));
    }

    static Map<String, Samples> ofEach(Map<String, List<Double>> values) {
        Map<String, Samples> samples = new LinkedHashMap<>();
        values.forEach((name, list) -> samples.put(name, new Samples(list)));
        return samples;
    }

    private static double at(double[] sorted, double quantile) {
        return sorted[(int) Math.min(sorted.length - 1, Math.round(quantile * (sorted.length - 1)))];
    }
}
