package io.gantry.bench.hop;

/** The stretches of one start's way, in order; {@link #LEASE} and {@link #DESIRE} run side by side. */
public enum Hop {
    ACCEPT("call sent → requested decided"),
    TELL_REQUESTED("requested decided → in Kafka"),
    PLACE("requested in Kafka → placed decided"),
    TELL_PLACED("placed decided → in Kafka"),
    LEASE("placed in Kafka → desired endpoint in Kafka"),
    DESIRE("placed in Kafka → desired container in Kafka"),
    LINK("both desired in Kafka → plan begun"),
    PLAN("plan begun → command executed"),
    OBSERVE("command executed → running in Kafka"),
    TAKE_IN("running in Kafka → started decided"),
    ANSWER("started decided → call answered");

    private final String words;

    Hop(String words) {
        this.words = words;
    }

    public String words() {
        return words;
    }
}
