package io.gantry.bench;

import io.gantry.contracts.envelope.Json;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Rows as a table for people or as JSON for programs. */
final class Report {
    private Report() {}

    static String json(List<Row> rows) {
        return Json.write(rows);
    }

    static String table(List<Row> rows) {
        String line = "%-52s %5s %16s  %-52s %7s  %s%n";
        StringBuilder table = new StringBuilder(line.formatted("metric (median / p99)", "runs", "gantry", "peers", "ratio", "promised"));
        for (Row row : rows) {
            String peers = row.peers().entrySet().stream()
                    .map(peer -> peer.getKey() + " " + pair(peer.getValue()))
                    .collect(Collectors.joining(", "));
            table.append(line.formatted(
                    row.metric() + " [" + row.unit() + "]",
                    row.runs(),
                    pair(row.gantry()),
                    peers,
                    row.ratio() == null ? "" : number(row.ratio()) + "x",
                    row.promise() + switch (row.outcome()) {
                        case KEPT -> "";
                        case BROKEN -> "  BROKEN";
                        case NOT_MEASURED -> "  not measured: that peer isn't here";
                    }));
        }
        return table.toString();
    }

    private static String pair(Samples.Summary summary) {
        return number(summary.median()) + " / " + number(summary.p99());
    }

    private static String number(double value) {
        return value >= 100 ? "%.0f".formatted(value) : String.format(Locale.ROOT, "%.2f", value);
    }
}
