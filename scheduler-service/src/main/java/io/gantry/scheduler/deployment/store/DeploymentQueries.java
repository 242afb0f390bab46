package io.gantry.scheduler.deployment.store;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.id.DeploymentId;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.scheduler.deployment.core.Deployment;
import io.gantry.scheduler.deployment.core.Revision;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;

/** Which deployments there are, by what matters of them. Ids come in the order in which locks are taken. */
@Singleton
public class DeploymentQueries {
    /** A deployment whose template names a certain image. */
    public record Follower(DeploymentId id, String name) {}

    /** In the order in which locks are taken. Reads values only: a row is held first when it is changed. */
    public Uni<List<Follower>> following(Mutiny.Session session, String project, String reference) {
        return session.createQuery("select body from SchedulerDeployment where project = :project order by id", String.class)
                .setParameter("project", project)
                .getResultList()
                .map(bodies -> bodies.stream()
                        .map(body -> Json.read(body, Deployment.class))
                        .filter(each -> each.spec().template().image().tagged().filter(reference::equals).isPresent())
                        .map(each -> new Follower(each.id(), each.name()))
                        .toList());
    }

    /** The revision that is wanted now; fails when the deployment is gone. */
    public Uni<Revision> present(Mutiny.Session session, DeploymentId id) {
        return session.createQuery("select body from SchedulerDeployment where id = :id", String.class)
                .setParameter("id", id.value())
                .getSingleResultOrNull()
                .onItem()
                .ifNull()
                .failWith(() -> DeploymentViews.unknown(id.value()))
                .map(body -> new RevisionRow.Key(id.value(), Json.read(body, Deployment.class).revision()))
                .chain(key -> session.find(RevisionRow.class, key))
                .map(RevisionRow::toRevision);
    }

    /** Of all its revisions. */
    public Uni<List<ResolvedImage>> images(Mutiny.Session session, DeploymentId id) {
        return session.createNativeQuery("select image from revision where deployment = :id", String.class)
                .setParameter("id", id.value())
                .getResultList()
                .map(rows -> rows.stream().map(row -> Json.read(row, ResolvedImage.class)).toList());
    }

    /** Those with a replica on the node. */
    public Uni<List<DeploymentId>> on(Mutiny.Session session, NodeId node) {
        return ids(session.createNativeQuery(
                        "select distinct deployment from replica where node = :node order by deployment", String.class)
                .setParameter("node", node.value()));
    }

    public Uni<List<DeploymentId>> all(Mutiny.Session session) {
        return ids(session.createNativeQuery("select id from deployment order by id", String.class));
    }

    public Uni<List<DeploymentId>> due(Mutiny.Session session, Instant now) {
        return ids(session.createNativeQuery("select id from deployment where due_at <= :now order by due_at", String.class)
                .setParameter("now", now));
    }

    public Uni<Instant> nextDue(Mutiny.Session session) {
        return session.createQuery("select min(dueAt) from SchedulerDeployment", Instant.class).getSingleResultOrNull();
    }

    private static Uni<List<DeploymentId>> ids(Mutiny.SelectionQuery<String> query) {
        return query.getResultList().map(ids -> ids.stream().map(DeploymentId::new).toList());
    }
}
