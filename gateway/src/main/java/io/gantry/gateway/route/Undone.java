package io.gantry.gateway.route;

/** Tells of a failed request that certainly nothing of it was done: it never came to who would have done it. */
public final class Undone {
    public static final String HEADER = "Gantry-Undone";

    private Undone() {}
}
