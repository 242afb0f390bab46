package io.gantry.image.edge;

/** The client went away. */
public final class NobodyListens extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public NobodyListens(Throwable cause) {
        super("the client is gone", cause);
    }
}
