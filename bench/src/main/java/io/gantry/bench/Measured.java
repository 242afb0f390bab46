package io.gantry.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Our values of one thing and the peers', as they come; a row in the end. */
final class Measured {
    private final List<Double> ours = new ArrayList<>();
    private final Map<String, List<Double>> others = new LinkedHashMap<>();

    void ours(double value) {
        ours.add(value);
    }

    void of(String peer, double value) {
        others.computeIfAbsent(peer, _ -> new ArrayList<>()).add(value);
    }

    Samples ours() {
        return new Samples(ours);
    }

    Row row(String metric, String unit, Promise promise) {
        return Row.of(metric, unit, ours(), Samples.ofEach(others), promise);
    }
}
