package io.gantry.scheduler.deployment.store;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.id.DeploymentId;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.kit.outbox.Transaction;
import io.gantry.kit.problem.Refused;
import io.gantry.kit.time.World;
import io.gantry.scheduler.deployment.core.Proposal;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/** Proposals that network-service hasn't answered yet. A deployment's row, where there is one, is held before its proposal's. */
@Singleton
class Proposals {
    private final World world;

    @Inject
    Proposals(World world) {
        this.world = world;
    }

    /** Asks. One question at a time for each deployment: another is refused. */
    Uni<Void> ask(Transaction tx, Proposal proposal) {
        return tx.session()
                .createNativeQuery(
                        "insert into proposal (deployment, request, project, name, body, since)"
                                + " values (:deployment, :request, :project, :name, :body, :since) on conflict do nothing")
                .setParameter("deployment", proposal.deployment().value())
                .setParameter("request", proposal.request().toString())
                .setParameter("project", proposal.project())
                .setParameter("name", proposal.name())
                .setParameter("body", Json.write(proposal))
                .setParameter("since", world.now().atOffset(ZoneOffset.UTC))
                .executeUpdate()
                .invoke(rows -> {
                    if (rows == 0) {
                        throw new Refused(
                                ProblemType.CONFLICT,
                                "another change of the ports of " + proposal.name() + " is being decided",
                                "try again in a moment");
                    }
                })
                .chain(() -> tx.publish(Proposal.question(proposal)));
    }

    /** Takes it away; empty when it was answered or withdrawn before. */
    Uni<Optional<Proposal>> take(Transaction tx, DeploymentId deployment, UUID request) {
        return tx.session()
                .createNativeQuery("delete from proposal where deployment = :deployment and request = :request returning body", String.class)
                .setParameter("deployment", deployment.value())
                .setParameter("request", request.toString())
                .getResultList()
                .map(rows -> rows.stream().findFirst().map(body -> Json.read(body, Proposal.class)));
    }

    /** As {@link #take}, without a look at it. */
    Uni<Boolean> drop(Transaction tx, DeploymentId deployment, UUID request) {
        return tx.session()
                .createNativeQuery("delete from proposal where deployment = :deployment and request = :request")
                .setParameter("deployment", deployment.value())
                .setParameter("request", request.toString())
                .executeUpdate()
                .map(rows -> rows == 1);
    }

    /** That this revision was made because the request was granted. */
    Uni<Void> note(Transaction tx, DeploymentId deployment, UUID request, int revision) {
        return tx.session()
                .flush()
                .chain(() -> tx.session()
                        .createNativeQuery("update revision set request = :request where deployment = :deployment and number = :number")
                        .setParameter("request", request.toString())
                        .setParameter("deployment", deployment.value())
                        .setParameter("number", revision)
                        .executeUpdate())
                .replaceWithVoid();
    }

    Uni<Boolean> granted(Mutiny.Session session, DeploymentId deployment, UUID request) {
        return session.createNativeQuery(
                        "select number from revision where deployment = :deployment and request = :request", Integer.class)
                .setParameter("deployment", deployment.value())
                .setParameter("request", request.toString())
                .getResultList()
                .map(found -> !found.isEmpty());
    }

    /** A question without an answer. */
    record Open(DeploymentId deployment, UUID request, String name) {}

    /** In the order in which locks are taken. */
    Uni<List<Open>> askedBefore(Mutiny.Session session, Instant moment) {
        return session.createNativeQuery(
                        "select deployment, request, name from proposal where since < :moment order by deployment", Object[].class)
                .setParameter("moment", moment.atOffset(ZoneOffset.UTC))
                .getResultList()
                .map(rows -> rows.stream()
                        .map(row -> new Open(
                                new DeploymentId((String) row[0]), UUID.fromString((String) row[1]), (String) row[2]))
                        .toList());
    }

    /** Of a deployment that goes. */
    Uni<Void> drop(Transaction tx, DeploymentId deployment) {
        return tx.session()
                .createNativeQuery("delete from proposal where deployment = :deployment")
                .setParameter("deployment", deployment.value())
                .executeUpdate()
                .replaceWithVoid();
    }
}
