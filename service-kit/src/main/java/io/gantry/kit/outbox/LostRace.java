package io.gantry.kit.outbox;

/** Another transaction was quicker, between a look and the write that relied on it. Nothing was written. */
public final class LostRace extends RuntimeException {
    static final String STATE = "GA001";
    private static final long serialVersionUID = 1;

    LostRace(Throwable cause) {
        super("another change was quicker", cause);
    }
}
