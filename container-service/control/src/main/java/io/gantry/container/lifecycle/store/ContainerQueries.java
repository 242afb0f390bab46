package io.gantry.container.lifecycle.store;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.container.lifecycle.core.Container;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.view.HistoryEntry;
import io.gantry.kit.outbox.Transaction;
import io.gantry.kit.problem.Refused;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finding containers. */
@Singleton
public class ContainerQueries {
    private static final String PREFIX = "[0-9a-f]{1,63}";
    private final ContainerTransactions transactions;

    /** @param labels all of them; {@code name} and {@code deployment} may be {@code null} */
    public record Filter(boolean all, Map<String, String> labels, String name, String deployment) {}

    @Inject
    ContainerQueries(ContainerTransactions transactions) {
        this.transactions = transactions;
    }

    /** By id, by name or by the beginning of the id, in this order. */
    public Uni<Container> resolve(String project, String ref) {
        return select(
                        "project = :project and state <> 'REMOVED' and (id = :ref or name = :ref or id like :prefix)"
                                + " order by (id = :ref) desc, (name = :ref) desc limit 10",
                        Map.of("project", project, "ref", ref, "prefix", ref.matches(PREFIX) ? ref + "%" : "-"))
                .map(found -> choose(ref, found));
    }

    public Uni<List<Container>> list(String project, Filter filter) {
        StringBuilder where = new StringBuilder("project = :project and state <> 'REMOVED'");
        Map<String, Object> parameters = new HashMap<>(Map.of("project", project));
        if (!filter.all()) {
            where.append(" and state in ('RUNNING', 'STOPPING', 'PAUSED')");
        }
        if (!filter.labels().isEmpty()) {
            where.append(" and labels @> cast(cast(:labels as text) as jsonb)");
            parameters.put("labels", Json.write(filter.labels()));
        }
        if (filter.name() != null) {
            where.append(" and name = :name");
            parameters.put("name", filter.name());
        }
        if (filter.deployment() != null) {
            where.append(" and deployment = :deployment");
            parameters.put("deployment", filter.deployment());
        }
        return select(where + " order by created_at desc, id", parameters);
    }

    public Uni<Boolean> nameTaken(String project, String name) {
        return select("project = :project and state <> 'REMOVED' and name = :name", Map.of("project", project, "name", name))
                .map(found -> !found.isEmpty());
    }

    /** As the transaction sees it. */
    public Uni<Boolean> nameTaken(Transaction transaction, String project, String name) {
        return transaction
                .session()
                .createNativeQuery(
                        "select count(*) from containers where project = :project and state <> 'REMOVED' and name = :name", Long.class)
                .setParameter("project", project)
                .setParameter("name", name)
                .getSingleResult()
                .map(count -> count > 0);
    }

    public Uni<List<HistoryEntry>> history(Container container) {
        return transactions.read(session -> session.createNativeQuery(
                        "select at, change, cast(detail as text) from transitions where container = :id order by id",
                        Object[].class)
                .setParameter("id", container.id().value())
                .getResultList()
                .map(rows -> rows.stream().map(ContainerQueries::entry).toList()));
    }

    private static HistoryEntry entry(Object[] row) {
        Instant at = row[0] instanceof OffsetDateTime time ? time.toInstant() : (Instant) row[0];
        return new HistoryEntry(at, (String) row[1], Json.read((String) row[2], JsonNode.class));
    }

    private Uni<List<Container>> select(String where, Map<String, Object> parameters) {
        return transactions.read(session -> {
            var query = session.createNativeQuery("select cast(doc as text) from containers where " + where, String.class);
            parameters.forEach(query::setParameter);
            return query.getResultList()
                    .map(docs -> docs.stream().map(doc -> Json.read(doc, Container.class)).toList());
        });
    }

    private static Container choose(String ref, List<Container> found) {
        for (Container container : found) {
            if (container.id().value().equals(ref)) {
                return container;
            }
        }
        for (Container container : found) {
            if (container.name().equals(ref)) {
                return container;
            }
        }
        if (found.isEmpty()) {
            throw new Refused(ProblemType.NOT_FOUND, "there is no container '" + ref + "'", "gantry ps -a (GET /containers?all=true) lists them");
        }
        if (found.size() > 1) {
            throw new Refused(
                    ProblemType.AMBIGUOUS, "'" + ref + "' is the beginning of several containers' ids", "write more of the id");
        }
        return found.getFirst();
    }
}
