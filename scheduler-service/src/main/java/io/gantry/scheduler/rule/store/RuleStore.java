package io.gantry.scheduler.rule.store;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.event.RuleEvent;
import io.gantry.contracts.id.Ids;
import io.gantry.contracts.id.RuleId;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.spec.RuleSpec;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.contracts.view.RuleRequest;
import io.gantry.contracts.view.RuleView;
import io.gantry.kit.outbox.Transaction;
import io.gantry.kit.problem.Refused;
import io.gantry.kit.time.SqlTime;
import io.gantry.kit.time.World;
import io.gantry.scheduler.SchedulerTransactions;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/** Rules as people make and see them. */
@Singleton
public class RuleStore {
    private static final int SHOWN_RUNS = 20;
    private static final String RUNS =
            "select trigger, at, outcome from rule_run where rule = :rule order by at desc, trigger desc limit " + SHOWN_RUNS;

    private final SchedulerTransactions transactions;
    private final World world;

    @Inject
    RuleStore(SchedulerTransactions transactions, World world) {
        this.transactions = transactions;
        this.world = world;
    }

    public Uni<RuleView> create(String project, RuleRequest request) {
        ImageRef watched =
                switch (request.spec().when()) {
                    case RuleSpec.When.ImageTagged(var image) -> ImageRef.parse(image);
                };
        RuleRow row = new RuleRow();
        row.id = Ids.of("rule", world.now(), world.random());
        row.project = project;
        row.name = request.name();
        row.spec = Json.write(request.spec());
        row.watches = watched.tagged().orElseThrow(() -> new IllegalArgumentException("when.image needs a tag, got " + watched));
        row.createdAt = world.now();
        return transactions.in(tx -> nameIsFree(tx, project, request.name())
                .chain(() -> tx.session().persist(row))
                .chain(() -> tx.publish(new RuleEvent.Created(new RuleId(row.id), project, row.name, request.spec())))
                .replaceWith(() -> view(row, List.of())));
    }

    public Uni<List<RuleView>> all(String project) {
        return transactions.read(session -> session
                .createQuery("from SchedulerRule where project = :project order by name", RuleRow.class)
                .setParameter("project", project)
                .getResultList()
                .chain(rows -> views(session, rows)));
    }

    public Uni<RuleView> get(String project, String reference) {
        return transactions.read(session -> find(session, project, reference)
                .chain(row -> views(session, List.of(row)))
                .map(List::getFirst));
    }

    public Uni<Void> remove(String project, String reference) {
        return transactions.in(tx -> find(tx.session(), project, reference).chain(row -> tx.session()
                .remove(row)
                .chain(() -> tx.publish(new RuleEvent.Removed(new RuleId(row.id), project, row.name)))));
    }

    private static Uni<Void> nameIsFree(Transaction tx, String project, String name) {
        return tx.session()
                .createNativeQuery("select pg_advisory_xact_lock(hashtextextended(:name, 1))::text", String.class)
                .setParameter("name", project + "/" + name)
                .getResultList()
                .chain(() -> tx.session()
                        .createQuery("select id from SchedulerRule where project = :project and name = :name", String.class)
                        .setParameter("project", project)
                        .setParameter("name", name)
                        .getResultList())
                .invoke(found -> {
                    if (!found.isEmpty()) {
                        throw new Refused(ProblemType.NAME_IN_USE, "there is a rule '" + name + "' already", "choose another name");
                    }
                })
                .replaceWithVoid();
    }

    private static Uni<RuleRow> find(Mutiny.Session session, String project, String reference) {
        return session.createQuery("from SchedulerRule where project = :project and (id = :ref or name = :ref)", RuleRow.class)
                .setParameter("project", project)
                .setParameter("ref", reference)
                .getResultList()
                .map(rows -> rows.stream()
                        .findFirst()
                        .orElseThrow(() -> new Refused(
                                ProblemType.NOT_FOUND, "no rule is called '" + reference + "'", "see them with: gantry rules")));
    }

    private static Uni<List<RuleView>> views(Mutiny.Session session, List<RuleRow> rows) {
        Uni<List<RuleView>> all = Uni.createFrom().item(new ArrayList<>());
        for (RuleRow row : rows) {
            all = all.chain(views -> session.createNativeQuery(RUNS, Object[].class)
                    .setParameter("rule", row.id)
                    .getResultList()
                    .invoke(runs -> views.add(view(row, runs)))
                    .replaceWith(views));
        }
        return all;
    }

    private static RuleView view(RuleRow row, List<Object[]> runs) {
        return new RuleView(
                new RuleId(row.id),
                row.name,
                row.project,
                row.toSpec(),
                row.createdAt,
                runs.stream()
                        .map(run -> new RuleView.Run((UUID) run[0], SqlTime.instant(run[1]), (String) run[2]))
                        .toList());
    }
}
