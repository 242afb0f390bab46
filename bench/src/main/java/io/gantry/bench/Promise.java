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

    /** A share of the median of the peer that did best, where less is better. */
    record AtMostRatioToBest(double ratio) implements Promise {}

    /** Both. */
    record Both(Promise one, Promise other) implements Promise {}

    /** In the row's unit. */
    record AtLeast(double value) implements Promise {}

    /** A share of that peer's median. */
    record AtLeastRatioTo(String peer, double ratio) implements Promise {}

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
            case AtMostRatioToBest(var ratio) -> peers.values().stream()
                    .mapToDouble(Samples.Summary::median)
                    .min()
                    .stream()
                    .mapToObj(best -> median <= ratio * best ? Outcome.KEPT : Outcome.BROKEN)
                    .findFirst()
                    .orElse(Outcome.NOT_MEASURED);
            case AtLeast(var value) -> median >= value ? Outcome.KEPT : Outcome.BROKEN;
            case AtLeastRatioTo(var peer, var ratio) -> !peers.containsKey(peer)
                    ? Outcome.NOT_MEASURED
                    : median >= ratio * peers.get(peer).median() ? Outcome.KEPT : Outcome.BROKEN;
            case Both(var one, var other) -> worse(one.outcome(median, peers), other.outcome(median, peers));
        };
    }

    private static Outcome worse(Outcome one, Outcome other) {
        if (one == Outcome.BROKEN || other == Outcome.BROKEN) {
            return Outcome.BROKEN;
        }
        return one == Outcome.KEPT ? other : one;
    }

    default String words() {
        return switch (this) {
            case None _ -> "";
            case AtMost(var value) -> String.format(Locale.ROOT, "≤ %.0f", value);
            case AtMostRatioTo(var peer, var ratio) -> String.format(Locale.ROOT, "≤ %.2fx %s", ratio, peer);
            case AtMostRatioToBest(var ratio) -> String.format(Locale.ROOT, "≤ %.2fx the best", ratio);
            case AtLeast(var value) -> String.format(Locale.ROOT, "≥ %.0f", value);
            case AtLeastRatioTo(var peer, var ratio) -> String.format(Locale.ROOT, "≥ %.2fx %s", ratio, peer);
            case Both(var one, var other) -> one.words() + ", " + other.words();
        };
    }
}
