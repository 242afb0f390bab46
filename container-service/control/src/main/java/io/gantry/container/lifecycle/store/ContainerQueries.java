package io.gantry.container.lifecycle.store;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.container.lifecycle.core.Container;
import io.gantry.container.lifecycle.core.ContainerState;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.contracts.view.ContainerView;
import io.gantry.contracts.view.HistoryEntry;
import io.gantry.contracts.view.ImageUse;
import io.gantry.contracts.view.Items;
import io.gantry.kit.outbox.Transaction;
import io.gantry.kit.page.Page;
import io.gantry.kit.problem.Refused;
import io.gantry.kit.time.SqlTime;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Finding containers. */
@Singleton
public class ContainerQueries {
    private static final String PREFIX = "[0-9a-f]{1,63}";
    private static final Pattern WHOLE = Pattern.compile("[0-9a-f]{64}");
    private static final String LIST = "containers";
    private static final String HISTORY = "history";
    private static final String MICROS = "cast(extract(epoch from created_at) * 1000000 as bigint)";
    private static final String NAMED = "project = :project and state <> 'REMOVED' and (id = :ref or name = :ref or id like :prefix)"
            + " order by (id = :ref) desc, (name = :ref) desc limit 10";
    private final ContainerTransactions transactions;
    private final ContainerDocuments documents;
    private final ContainerWatch watch;
    private final Nodes nodes;

    /** @param node what is known of the one that it is on, if anything is */
    public record Placed(Container container, Optional<Nodes.Known> node) {}

    /**
     * @param states any of them
     * @param labels all of them; what follows may be {@code null}
     * @param node its name or id
     * @param image a reference as it was asked for, or an image's id
     */
    public record Filter(Set<ContainerView.State> states, Map<String, String> labels, String name, String deployment, String node, String image) {}

    @Inject
    ContainerQueries(ContainerTransactions transactions, ContainerDocuments documents, ContainerWatch watch, Nodes nodes) {
        this.transactions = transactions;
        this.documents = documents;
        this.watch = watch;
        this.nodes = nodes;
    }

    /** By id, by name or by the beginning of the id, in this order. */
    public Uni<Container> resolve(String project, String ref) {
        return known(project, ref)
                .map(container -> Uni.createFrom().item(container))
                .orElseGet(() -> select(NAMED, named(project, ref)).map(found -> choose(ref, found, Function.identity())));
    }

    /** The same with its node, in one go: this is what is asked for most. */
    public Uni<Placed> look(String project, String ref) {
        return known(project, ref).map(this::placed).orElseGet(() -> lookedUp(project, ref));
    }

    /** By its id in full, which comes before any name. Of what is gone the table tells. */
    private Optional<Container> known(String project, String ref) {
        return WHOLE.matcher(ref).matches()
                ? watch.known(new ContainerId(ref)).filter(container -> container.project().equals(project) && !(container.state() instanceof ContainerState.Removed))
                : Optional.empty();
    }

    private Uni<Placed> placed(Container container) {
        return nodes.all().map(all -> new Placed(container, Optional.ofNullable(container.place()).map(place -> all.get(place.node()))));
    }

    private Uni<Placed> lookedUp(String project, String ref) {
        return transactions.read(session -> {
            var query = session.createNativeQuery(
                    "select c.id as id, cast(c.doc as text) as doc, " + Nodes.COLUMNS + " from (select * from containers where " + NAMED + ") c left join nodes n on n.id = c.node", Object[].class);
            named(project, ref).forEach(query::setParameter);
            return query.getResultList()
                    .map(rows -> choose(ref, rows.stream().map(row -> new Placed(documents.read((String) row[0], (String) row[1]), Nodes.of(row, 2))).toList(), Placed::container));
        });
    }

    private static Map<String, Object> named(String project, String ref) {
        return Map.of("project", project, "ref", ref, "prefix", ref.matches(PREFIX) ? ref + "%" : "-");
    }

    /** The newest first. */
    public Uni<Items<Container>> list(String project, Filter filter, Page page) {
        StringBuilder where = new StringBuilder("project = :project and state <> 'REMOVED'");
        Map<String, Object> parameters = new HashMap<>(Map.of("project", project));
        if (filter.states().size() < ContainerView.State.values().length) {
            where.append(" and state in (:states)");
            parameters.put("states", filter.states().stream().map(Enum::name).toList());
        }
        if (!filter.labels().isEmpty()) {
            where.append(" and labels @> cast(cast(:labels as text) as jsonb)");
            parameters.put("labels", Json.write(filter.labels()));
        }
        put(where, parameters, "name", " and name = :name", filter.name());
        put(where, parameters, "deployment", " and deployment = :deployment", filter.deployment());
        put(where, parameters, "node", " and node in (select id from nodes where id = :node or name = :node)", filter.node());
        if (filter.image() != null) {
            where.append(" and (doc->'spec'->>'image' = :image or doc->'image'->>'id' = :image)");
            parameters.put("image", image(filter.image()));
        }
        page.after(LIST).ifPresent(last -> {
            where.append(" and (" + MICROS + " < :micros or " + MICROS + " = :micros and id > :last)");
            String[] moment = last.split(" ", 2);
            parameters.put("micros", Long.parseLong(moment[0]));
            parameters.put("last", moment[1]);
        });
        return transactions.read(session -> {
            var query = session.createNativeQuery(
                    "select cast(doc as text), " + MICROS + ", id from containers where " + where + " order by created_at desc, id", Object[].class);
            parameters.forEach(query::setParameter);
            return (page.isAll() ? query : query.setMaxResults(page.limit() + 1)).getResultList().map(rows -> shown(page.cut(rows, LIST, row -> row[1] + " " + row[2])));
        });
    }

    private Items<Container> shown(Items<Object[]> rows) {
        return new Items<>(rows.items().stream().map(row -> documents.read((String) row[2], (String) row[0])).toList(), rows.next());
    }

    private static void put(StringBuilder where, Map<String, Object> parameters, String name, String condition, String value) {
        if (value != null) {
            where.append(condition);
            parameters.put(name, value);
        }
    }

    /** As a specification has it. */
    private static String image(String asked) {
        try {
            return asked.startsWith("sha256:") ? asked : ImageRef.parse(asked).toString();
        } catch (IllegalArgumentException noReference) {
            return asked;
        }
    }

    /** Of all projects; each image once, whichever of its containers comes first by name. */
    public Uni<List<ImageUse>> imagesInUse() {
        return transactions.read(session -> session.createNativeQuery(
                        "select min(name), cast(doc->'image' as text) from containers where state <> 'REMOVED' group by cast(doc->'image' as text)", Object[].class)
                .getResultList()
                .map(rows -> rows.stream().map(row -> ImageUse.of("container " + row[0], Json.read((String) row[1], ResolvedImage.class))).toList()));
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
        return history(container, Page.asked(null, null)).map(Items::items);
    }

    /** In the order in which it became true. */
    public Uni<Items<HistoryEntry>> history(Container container, Page page) {
        long last = page.after(HISTORY).map(Long::parseLong).orElse(0L);
        return transactions.read(session -> {
            var query = session.createNativeQuery(
                            "select at, change, cast(detail as text), id from transitions where container = :id and id > :last order by id", Object[].class)
                    .setParameter("id", container.id().value())
                    .setParameter("last", last);
            return (page.isAll() ? query : query.setMaxResults(page.limit() + 1))
                    .getResultList()
                    .map(rows -> page.cut(rows, HISTORY, row -> row[3].toString()))
                    .map(rows -> new Items<>(rows.items().stream().map(ContainerQueries::entry).toList(), rows.next()));
        });
    }

    private static HistoryEntry entry(Object[] row) {
        return new HistoryEntry(SqlTime.instant(row[0]), (String) row[1], Json.read((String) row[2], JsonNode.class));
    }

    private Uni<List<Container>> select(String where, Map<String, Object> parameters) {
        return transactions.read(session -> {
            var query = session.createNativeQuery("select id, cast(doc as text) from containers where " + where, Object[].class);
            parameters.forEach(query::setParameter);
            return query.getResultList()
                    .map(rows -> rows.stream().map(row -> documents.read((String) row[0], (String) row[1])).toList());
        });
    }

    private static <T> T choose(String ref, List<T> found, Function<T, Container> container) {
        for (T one : found) {
            if (container.apply(one).id().value().equals(ref)) {
                return one;
            }
        }
        for (T one : found) {
            if (container.apply(one).name().equals(ref)) {
                return one;
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
