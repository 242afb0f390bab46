package io.gantry.kit.outbox;

import java.util.HashMap;
import java.util.Map;

/**
 * An insert, update or delete that is made together with all others of its transaction, in one statement: in no order, and none sees what another does. Parameters
 * have names ({@code :name}); colons stand nowhere else in it.
 */
public final class Write {
    private final String sql;
    private final boolean one;
    private final Map<String, Object> parameters = new HashMap<>();

    private Write(String sql, boolean one) {
        this.sql = sql;
        this.one = one;
    }

    public static Write of(String sql) {
        return new Write(sql, false);
    }

    /** Were it to find no row, somebody was quicker: the transaction ends with a {@link LostRace}, and is done again. */
    public static Write ofOne(String sql) {
        return new Write(sql + " returning 1", true);
    }

    /** @param value {@code null} only where a cast in the statement says of which type */
    public Write with(String name, Object value) {
        parameters.put(name, value);
        return this;
    }

    String sql() {
        return sql;
    }

    boolean one() {
        return one;
    }

    Map<String, Object> parameters() {
        return parameters;
    }
}
