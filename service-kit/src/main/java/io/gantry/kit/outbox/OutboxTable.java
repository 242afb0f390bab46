package io.gantry.kit.outbox;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** The rows of a service's outbox, over one connection. */
final class OutboxTable {
    static final int MOST_AT_ONCE = 500;
    private static final String TAKE = "select id, topic, partition, key, payload from outbox where id <> all (?) order by id limit " + MOST_AT_ONCE;
    private static final String DELETE = "delete from outbox where id = any (?)";
    /** A deletion that a crash takes back sends some rows once more: no reason to wait for the disk. */
    private static final String DELETE_LATER = "set synchronous_commit = off";

    /** @param id grows with each row; rows of transactions that run side by side may become visible in another order */
    record Row(long id, OutboxRow content) {}

    private final Connection connection;

    OutboxTable(Connection connection) throws SQLException {
        this.connection = connection;
        connection.setAutoCommit(true);
        try (Statement sql = connection.createStatement()) {
            sql.execute(DELETE_LATER);
        }
    }

    /** The lock belongs to the connection: it goes when the connection does. Its number is the table's, so each schema has its own. */
    boolean lock() throws SQLException {
        try (PreparedStatement sql = connection.prepareStatement("select pg_try_advisory_lock('outbox'::regclass::oid::bigint)");
                ResultSet result = sql.executeQuery()) {
            return result.next() && result.getBoolean(1);
        }
    }

    /** At most {@link #MOST_AT_ONCE}, by id. */
    List<Row> takeAllBut(Collection<Long> taken) throws SQLException {
        try (PreparedStatement sql = connection.prepareStatement(TAKE)) {
            sql.setArray(1, connection.createArrayOf("bigint", taken.toArray()));
            List<Row> rows = new ArrayList<>();
            try (ResultSet result = sql.executeQuery()) {
                while (result.next()) {
                    rows.add(new Row(
                            result.getLong("id"),
                            new OutboxRow(
                                    result.getString("topic"), (Integer) result.getObject("partition"), result.getString("key"), result.getString("payload"))));
                }
            }
            return rows;
        }
    }

    void delete(Collection<Long> ids) throws SQLException {
        try (PreparedStatement sql = connection.prepareStatement(DELETE)) {
            sql.setArray(1, connection.createArrayOf("bigint", ids.toArray()));
            sql.executeUpdate();
        }
    }
}
