package io.gantry.bench;

import io.gantry.contracts.view.Explanation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Where starts spend their time: the steps of several, those that a parked process had done left out. */
final class StepTimes {
    private static final int SHOWN = 10;
    private final Map<String, List<Double>> millis = new LinkedHashMap<>();

    void add(List<Explanation.Step> steps) {
        for (Explanation.Step step : steps) {
            if (!step.ahead()) {
                millis.computeIfAbsent(kind(step), _ -> new ArrayList<>()).add(step.micros() / 1000.0);
            }
        }
    }

    /** Without the names and addresses of this one. */
    private static String kind(Explanation.Step step) {
        return step.where() + ": " + step.title().replaceAll("\\S*\\d\\S*", "…");
    }

    /** By their medians. What the first process does itself is part of the last step, which waits for it. */
    List<Row> longest() {
        return millis.entrySet().stream()
                .sorted(Comparator.comparingDouble((Map.Entry<String, List<Double>> step) -> new Samples(step.getValue()).summary().median()).reversed())
                .limit(SHOWN)
                .map(step -> Row.of("… " + step.getKey(), "ms", new Samples(step.getValue()), Map.of(), Promise.NONE))
                .toList();
    }
}
