package io.gantry.bench;

import java.util.Locale;
import java.util.Map;

/** What is promised of a row's median. */
sealed interface Promise {
    /** Nothing. */
    record None() implements Promise {}

    /** In the row's unit. */
    record AtMost(double value) implements Promise {}

    /** A share of that peer's median. */
    record AtMostRatioTo(String peer, double ratio) implements Promise {}

    enum Outcome {
        KEPT,
        BROKEN,
        /** The peer isn't installed. */
        NOT_MEASURED
    }

    Promise NONE = new None();

    default Outcome outcome(double median, Map<String, Samples.Summary> peers) {
        return switch (this) {
            case None _ -> Outcome.KEPT;
            case AtMost(var value) -> median <= value ? Outcome.KEPT : Outcome.BROKEN;
            case AtMostRatioTo(var peer, var ratio) -> !peers.containsKey(peer)
                    ? Outcome.NOT_MEASURED
                    : median <= ratio * peers.get(peer).median() ? Outcome.KEPT : Outcome.BROKEN;
        };
    }

    default String words() {
        return switch (this) {
            case None _ -> "";
            case AtMost(var value) -> String.format(Locale.ROOT, "≤ %.0f", value);
            case AtMostRatioTo(var peer, var ratio) -> String.format(Locale.ROOT, "≤ %.2fx %s", ratio, peer);
        };
    }
}
