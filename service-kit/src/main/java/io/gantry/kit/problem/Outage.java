package io.gantry.kit.problem;

import io.gantry.contracts.problem.Problem;
import io.gantry.contracts.problem.ProblemType;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.ClosedConnectionException;
import java.net.SocketException;

/** The database is away or recovers: nothing was done, and trying again will help. */
public final class Outage {
    public static final Problem PROBLEM =
            Problem.of(ProblemType.UNAVAILABLE, "the database doesn't answer", null, "nothing was done; try again in a moment");

    private Outage() {}

    /** SQLSTATE classes 08 (connection) and 57 (operator intervention: shut down, starting up, recovering). */
    public static boolean is(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ClosedConnectionException
                    || cause instanceof SocketException
                    || cause instanceof PgException pg
                            && pg.getSqlState() != null
                            && (pg.getSqlState().startsWith("08") || pg.getSqlState().startsWith("57"))) {
                return true;
            }
        }
        return false;
    }
}
