package io.gantry.kit.stream;

/** Failures that come again however often one tries: defects of our own, not a database or broker that is away. */
public final class Defects {
    private Defects() {}

    public static boolean is(Throwable failure) {
        return failure instanceof NullPointerException
                || failure instanceof ClassCastException
                || failure instanceof IllegalArgumentException
                || failure instanceof IndexOutOfBoundsException
                || failure instanceof ArithmeticException
                || failure instanceof MatchException;
    }
}
