package io.gantry.container.lifecycle.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.agroal.api.AgroalDataSource;
import io.gantry.kit.fixture.BackboneForTests;
import io.quarkus.agroal.DataSource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** In a transaction that is rolled back: the rows are no whole containers. */
@QuarkusTest
@QuarkusTestResource(BackboneForTests.class)
class ForgottenContainersIT {
    private static final Instant NOW = Instant.now();

    @Inject
    @DataSource("container")
    AgroalDataSource jdbc;

    @Test
    void aRemovedContainerIsForgottenAWeekLaterWithAllThatBecameTrueOfIt() throws Exception {
        try (Connection connection = jdbc.getConnection()) {
            connection.setAutoCommit(false);
            put(connection, "gone-long-ago", "REMOVED", Duration.ofDays(400), Duration.ofDays(8));
            put(connection, "gone-lately", "REMOVED", Duration.ofDays(400), Duration.ofDays(6));
            put(connection, "ended-long-ago", "EXITED", Duration.ofDays(400), Duration.ofDays(300));

            assertThat(ContainerTransactions.REMOVED.forget(connection, NOW)).isEqualTo(1);

            assertThat(rows(connection, "select id from containers where project = 'forgotten' order by id")).containsExactly("ended-long-ago", "gone-lately");
            assertThat(rows(connection, "select distinct container from transitions where change = 'Forgettable' order by container")).containsExactly("ended-long-ago", "gone-lately");
            assertThat(ContainerTransactions.REMOVED.forget(connection, NOW)).isZero();
            connection.rollback();
        }
    }

    /** More than go at once. */
    @Test
    void manyGoInPieces() throws Exception {
        try (Connection connection = jdbc.getConnection()) {
            connection.setAutoCommit(false);
            try (var insert = connection.createStatement()) {
                insert.execute("insert into containers (id, revision, project, name, state, labels, doc, created_at)"
                        + " select 'many-' || n, 1, 'forgotten', 'many-' || n, 'REMOVED', '{}', '{}', now() - interval '1 year' from generate_series(1, 12000) n");
            }
            assertThat(ContainerTransactions.REMOVED.forget(connection, NOW)).isEqualTo(12_000);
            assertThat(rows(connection, "select id from containers where project = 'forgotten'")).isEmpty();
            connection.rollback();
        }
    }

    /** What is younger than a week stays, however much of it there is, and so do the latest. */
    @Test
    void ofOneThatIsStartedAgainForEverTheLatestStay() throws Exception {
        try (Connection connection = jdbc.getConnection()) {
            connection.setAutoCommit(false);
            try (var insert = connection.createStatement()) {
                insert.execute("insert into transitions (container, at, change, detail) select 'for-ever', now() - interval '1 hour' * (12000 - n), n::text, '{}' from generate_series(1, 12000) n");
                insert.execute("insert into transitions (container, at, change, detail) select 'old', now() - interval '1 year', n::text, '{}' from generate_series(1, 900) n");
                insert.execute("insert into transitions (container, at, change, detail) select 'busy', now(), n::text, '{}' from generate_series(1, 3000) n");
            }
            assertThat(ContainerTransactions.REPEATED.forget(connection, NOW)).isEqualTo(11_000);
            assertThat(rows(connection, "select container || ' ' || count(*) || ' ' || min(change::int) from transitions where container in ('for-ever', 'old', 'busy') group by container order by container"))
                    .containsExactly("busy 3000 1", "for-ever 1000 11001", "old 900 1");
            assertThat(ContainerTransactions.REPEATED.forget(connection, NOW)).isZero();
            connection.rollback();
        }
    }

    private static void put(Connection connection, String id, String state, Duration made, Duration changed) throws SQLException {
        try (PreparedStatement container = connection.prepareStatement("insert into containers (id, revision, project, name, state, labels, doc, created_at)"
                        + " values (?, 1, 'forgotten', ?, ?, '{}', '{}', ?)");
                PreparedStatement transition = connection.prepareStatement("insert into transitions (container, at, change, detail) values (?, ?, 'Forgettable', '{}')")) {
            container.setString(1, id);
            container.setString(2, id);
            container.setString(3, state);
            container.setObject(4, NOW.minus(made).atOffset(ZoneOffset.UTC));
            container.executeUpdate();
            for (Duration age : List.of(made, changed)) {
                transition.setString(1, id);
                transition.setObject(2, NOW.minus(age).atOffset(ZoneOffset.UTC));
                transition.executeUpdate();
            }
        }
    }

    private static List<String> rows(Connection connection, String query) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (var sql = connection.createStatement(); var result = sql.executeQuery(query)) {
            while (result.next()) {
                rows.add(result.getString(1));
            }
        }
        return rows;
    }
}
