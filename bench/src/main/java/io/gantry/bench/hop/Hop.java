package io.gantry.bench.hop;

/** The stretches of one start's way, in order. */
public enum Hop {
    ACCEPT("call sent → requested decided"),
    PLACE("requested decided → placed decided"),
    LEASE("placed decided → address decided"),
    LINK("address decided → plan begun"),
    PLAN("plan begun → command executed"),
    OBSERVE("command executed → started decided"),
    ANSWER("started decided → call answered");

    private final String words;

    Hop(String words) {
        this.words = words;
    }

    public String words() {
        return words;
    }
}
