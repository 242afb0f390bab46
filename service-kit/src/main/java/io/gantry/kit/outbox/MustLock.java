package io.gantry.kit.outbox;

/** What was begun as one statement has to change or lock something before its end. Nothing was written. */
public final class MustLock extends RuntimeException {
    private static final long serialVersionUID = 1;

    MustLock() {
        super("it has to lock", null, false, false);
    }
}
