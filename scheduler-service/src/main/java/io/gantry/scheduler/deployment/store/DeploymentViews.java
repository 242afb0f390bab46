package io.gantry.scheduler.deployment.store;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.id.DeploymentId;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.state.Observed;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.view.DeploymentView;
import io.gantry.kit.image.RuleCopy;
import io.gantry.kit.problem.Refused;
import io.gantry.kit.time.World;
import io.gantry.scheduler.SchedulerTransactions;
import io.gantry.scheduler.deployment.core.Deployment;
import io.gantry.scheduler.deployment.core.PrefetchWords;
import io.gantry.scheduler.deployment.core.Replica;
import io.gantry.scheduler.deployment.core.WithheldPorts;
import io.gantry.scheduler.image.store.ImageGate;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hibernate.reactive.mutiny.Mutiny;

/** Deployments as the API shows them. */
@Singleton
public class DeploymentViews {
    private static final String REPLICAS = "from SchedulerReplica where deployment in :ids";

    private static final String PRESENT_IMAGES = "select d.id, r.image from deployment d join revision r on r.deployment = d.id and r.number = cast(cast(d.body as jsonb)->>'revision' as int) where d.id in (:ids)";
    private final SchedulerTransactions transactions;
    private final ImageGate gate;
    private final World world;

    @Inject
    DeploymentViews(SchedulerTransactions transactions, ImageGate gate, World world) {
        this.gate = gate;
        this.world = world;
        this.transactions = transactions;
    }

    public Uni<List<DeploymentView>> all(String project) {
        return transactions.read(session -> session
                .createQuery("from SchedulerDeployment where project = :project order by name", DeploymentRow.class)
                .setParameter("project", project)
                .getResultList()
                .chain(rows -> views(session, rows)));
    }

    public Uni<DeploymentView> get(DeploymentId id) {
        return transactions.read(session -> session.createQuery("from SchedulerDeployment where id = :id", DeploymentRow.class)
                .setParameter("id", id.value())
                .getResultList()
                .chain(rows -> views(session, rows))
                .map(views -> views.stream().findFirst().orElseThrow(() -> unknown(id.value()))));
    }

    /** By id or name. */
    public Uni<DeploymentId> find(String project, String reference) {
        return transactions.read(session -> session
                .createQuery(
                        "select id from SchedulerDeployment where project = :project and (id = :ref or name = :ref)", String.class)
                .setParameter("project", project)
                .setParameter("ref", reference)
                .getResultList()
                .map(ids -> ids.stream().findFirst().map(DeploymentId::new).orElseThrow(() -> unknown(reference))));
    }

    public Uni<List<DeploymentView.Revision>> revisions(DeploymentId id) {
        return transactions.read(session -> session
                .createQuery("from SchedulerRevision where deployment = :id order by number desc", RevisionRow.class)
                .setParameter("id", id.value())
                .getResultList()
                .map(rows -> rows.stream()
                        .map(RevisionRow::toRevision)
                        .map(each -> new DeploymentView.Revision(
                                each.number(), each.image().manifest(), each.spec(), each.reason(), each.createdAt()))
                        .toList()));
    }

    static Refused unknown(String reference) {
        return new Refused(
                ProblemType.NOT_FOUND, "no deployment is called '" + reference + "'", "see them with: gantry deployments");
    }

    private Uni<List<DeploymentView>> views(Mutiny.Session session, List<DeploymentRow> rows) {
        List<String> ids = rows.stream().map(row -> row.id).toList();
        return session.createQuery(REPLICAS, ReplicaRow.class)
                .setParameter("ids", ids)
                .getResultList()
                .chain(replicas -> warnings(session, ids).chain(warnings -> session
                        .createNativeQuery("select id, name, case when state = 'LOST' then null else facts end from node", Object[].class)
                        .getResultList()
                        .map(nodes -> {
                            Map<String, String> names =
                                    nodes.stream().collect(Collectors.toMap(node -> (String) node[0], node -> (String) node[1]));
                            List<Observed.Node> heard =
                                    nodes.stream().filter(node -> node[2] != null).map(node -> Json.read((String) node[2], Observed.Node.class)).toList();
                            Map<String, List<ReplicaRow>> byDeployment =
                                    replicas.stream().collect(Collectors.groupingBy(replica -> replica.deployment));
                            return rows.stream()
                                    .map(row -> view(row, byDeployment.getOrDefault(row.id, List.of()), names, heard, warnings.getOrDefault(row.id, List.of())))
                                    .toList();
                        })));
    }

    /** By deployment; without rules for images, images aren't looked at. */
    private Uni<Map<String, List<String>>> warnings(Mutiny.Session session, List<String> ids) {
        return RuleCopy.rules(session).chain(rules -> rules.isEmpty() || ids.isEmpty()
                ? Uni.createFrom().item(Map.of())
                : session.createNativeQuery(PRESENT_IMAGES, Object[].class).setParameter("ids", ids).getResultList().chain(rows -> {
                    Map<String, ResolvedImage> images = rows.stream().collect(Collectors.toMap(row -> (String) row[0], row -> Json.read((String) row[1], ResolvedImage.class)));
                    return gate.book(session, images.values()).map(book -> images.entrySet().stream()
                            .collect(Collectors.toMap(Map.Entry::getKey, each -> book.warnings(each.getValue(), world.now()))));
                }));
    }

    private static DeploymentView view(
            DeploymentRow row, List<ReplicaRow> rows, Map<String, String> nodeNames, List<Observed.Node> nodes, List<String> warnings) {
        Deployment deployment = row.toDeployment().withReplicas(rows.stream().map(ReplicaRow::toReplica).toList());
        return new DeploymentView(
                deployment.id(),
                deployment.name(),
                deployment.project(),
                deployment.spec(),
                deployment.revision(),
                deployment.status(),
                PrefetchWords.behind(deployment.explain(), deployment, nodes),
                deployment.readyCount(),
                deployment.wanted(),
                deployment.replicas().stream()
                        .sorted(Comparator.comparingInt(Replica::slot).thenComparing(Replica::revision).thenComparing(Replica::name))
                        .map(replica -> view(replica, nodeNames))
                        .toList(),
                WithheldPorts.of(deployment.spec(), nodes),
                row.createdAt,
                row.updatedAt,
                Stream.concat(warnings.stream(), PrefetchWords.warnings(deployment, nodes).stream()).toList(),
                deployment.completed(),
                row.version);
    }

    private static DeploymentView.Replica view(Replica replica, Map<String, String> nodeNames) {
        String node = replica.node() == null ? null : nodeNames.getOrDefault(replica.node().value(), replica.node().value());
        return new DeploymentView.Replica(
                replica.slot(), replica.revision(), replica.container(), node,
                replica.phase() == Replica.Phase.LEAVING ? "REMOVING" : replica.state(), replica.ready());
    }
}
