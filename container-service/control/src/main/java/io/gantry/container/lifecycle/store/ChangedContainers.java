package io.gantry.container.lifecycle.store;

import io.gantry.container.lifecycle.core.Container;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.view.ContainerView;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * What has changed since somebody looked. Each row says which transaction wrote it last; whoever looks is told the lowest number of those that had not ended
 * just then, and asks next time for what that one wrote and all that began after it. So nothing is missed, though transactions end in another order than they
 * begin in, and whichever container-service is asked; some may be told again. It is one statement, which sees one moment.
 */
@Singleton
public class ChangedContainers {
    /** Statistics begin anew when it starts up after a crash, with or without the process that listens having gone. */
    private static final String RUN = "cast(extract(epoch from greatest(pg_postmaster_start_time(), pg_stat_get_bgwriter_stat_reset_time())) * 1000000 as bigint)";
    private static final String SELECT = "select " + RUN + " as since,"
            + " cast(cast(pg_snapshot_xmin(pg_current_snapshot()) as text) as bigint) as transaction,"
            + " c.id as container, c.state as state, cast(c.doc as text) as doc, " + Nodes.COLUMNS
            // there is a row in any case, which has the mark
            + " from (select 1) as once";
    private static final String NODES = " left join nodes n on n.id = c.node";
    private static final String ALL = SELECT + " left join containers c on c.project = :project and c.state <> 'REMOVED'" + NODES;
    private static final String CHANGED = SELECT
            + " left join (select id from containers where changed >= cast(cast(:transaction as text) as xid8)"
            // a view tells where its node answers
            + " union select id from containers where state <> 'REMOVED' and node in (select id from nodes where changed >= cast(cast(:transaction as text) as xid8)))"
            + " as changed on true"
            + " left join containers c on c.id = changed.id and c.project = :project" + NODES;

    /**
     * @param whole {@code changed} are all that there are
     * @param nodes those that they are on
     */
    public record Found(String mark, boolean whole, List<Container> changed, List<ContainerId> gone, Map<NodeId, Nodes.Known> nodes) {}

    private final ContainerTransactions transactions;
    private final ContainerDocuments documents;

    @Inject
    ChangedContainers(ContainerTransactions transactions, ContainerDocuments documents) {
        this.transactions = transactions;
        this.documents = documents;
    }

    /** @param text the mark of an earlier look; all containers are told of if it isn't one of the PostgreSQL that runs now */
    public Uni<Found> since(String project, String text) {
        Optional<Mark> mark = Mark.parse(text);
        return transactions.read(session -> mark.isEmpty() ? all(session, project) : changed(session, project, mark.get()));
    }

    private Uni<Found> all(Mutiny.Session session, String project) {
        return session.createNativeQuery(ALL, Object[].class).setParameter("project", project).getResultList().map(rows -> found(rows, true));
    }

    private Uni<Found> changed(Mutiny.Session session, String project, Mark earlier) {
        return session.createNativeQuery(CHANGED, Object[].class)
                .setParameter("transaction", Long.toString(earlier.transaction()))
                .setParameter("project", project)
                .getResultList()
                .chain(rows -> mark(rows).continues(earlier) ? Uni.createFrom().item(found(rows, false)) : all(session, project));
    }

    private static Mark mark(List<Object[]> rows) {
        return new Mark(number(rows.getFirst()[0]), number(rows.getFirst()[1]));
    }

    private Found found(List<Object[]> rows, boolean whole) {
        List<Container> changed = new ArrayList<>();
        List<ContainerId> gone = new ArrayList<>();
        Map<NodeId, Nodes.Known> nodes = new HashMap<>();
        for (Object[] row : rows) {
            if (row[2] == null) {
                continue;
            }
            if (row[3].equals(ContainerView.State.REMOVED.name())) {
                gone.add(new ContainerId((String) row[2]));
                continue;
            }
            changed.add(documents.read((String) row[2], (String) row[4]));
            Nodes.of(row, 5).ifPresent(node -> nodes.put(node.id(), node));
        }
        return new Found(mark(rows).toString(), whole, changed, gone, nodes);
    }

    private static long number(Object value) {
        return ((Number) value).longValue();
    }
}
