package io.gantry.kit.outbox;

/** Another transaction was quicker, between a look and the write that relied on it, or holds what this one waits for and waits for it. Nothing was written. */
public final class LostRace extends RuntimeException {
    static final String STATE = "GA001";
    /** PostgreSQL's {@code deadlock_detected}: it gave this transaction up, so that the other goes on. */
    private static final String DEADLOCK = "40P01";
    private static final long serialVersionUID = 1;

    static boolean is(String state) {
        return STATE.equals(state) || DEADLOCK.equals(state);
    }

    LostRace(Throwable cause) {
        super("another change was quicker", cause);
    }
}
