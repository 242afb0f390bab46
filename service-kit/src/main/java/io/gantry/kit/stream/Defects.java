package io.gantry.kit.stream;

import io.vertx.pgclient.PgException;

/** Failures that come again however often one tries: defects of our own or of the data, not a database or broker that is away. */
public final class Defects {
    /** PostgreSQL's class of data exceptions: a value that no column takes (appendix A of its manual, "Error Codes"). */
    private static final String DATA_EXCEPTION = "22";

    private Defects() {}

    public static boolean is(Throwable failure) {
        return failure instanceof NullPointerException
                || failure instanceof ClassCastException
                || failure instanceof IllegalArgumentException
                || failure instanceof IndexOutOfBoundsException
                || failure instanceof ArithmeticException
                || failure instanceof MatchException
                || isData(failure);
    }

    private static boolean isData(Throwable failure) {
        for (Throwable one = failure; one != null; one = one.getCause()) {
            if (one instanceof PgException refused && String.valueOf(refused.getSqlState()).startsWith(DATA_EXCEPTION)) {
                return true;
            }
        }
        return false;
    }
}
