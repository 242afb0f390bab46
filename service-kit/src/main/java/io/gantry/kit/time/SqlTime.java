package io.gantry.kit.time;

import java.time.Instant;
import java.time.OffsetDateTime;

/** Moments in rows of native queries. */
public final class SqlTime {
    private SqlTime() {}

    /** @param column a {@code timestamptz}, which comes as one type or the other by how it was asked for; {@code null} where it is null */
    public static Instant instant(Object column) {
        return column instanceof OffsetDateTime time ? time.toInstant() : (Instant) column;
    }
}
