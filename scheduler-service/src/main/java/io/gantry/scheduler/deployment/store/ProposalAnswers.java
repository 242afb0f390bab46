package io.gantry.scheduler.deployment.store;

import io.gantry.contracts.event.DeploymentEvent;
import io.gantry.contracts.id.DeploymentId;
import io.gantry.contracts.id.Ids;
import io.gantry.kit.outbox.Transaction;
import io.gantry.kit.time.World;
import io.gantry.scheduler.SchedulerTransactions;
import io.gantry.scheduler.deployment.core.DeploymentEvolution;
import io.gantry.scheduler.deployment.core.Proposal;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** What becomes of proposals: network-service's word makes or drops them, and without one they are withdrawn. */
@Singleton
public class ProposalAnswers {
    private static final Logger LOG = Logger.getLogger(ProposalAnswers.class);
    private final DeploymentStore store;
    private final DeploymentWishes wishes;
    private final Proposals proposals;
    private final SchedulerTransactions transactions;
    private final World world;
    private final Duration patience;

    @Inject
    ProposalAnswers(
            DeploymentStore store,
            DeploymentWishes wishes,
            Proposals proposals,
            SchedulerTransactions transactions,
            World world,
            @ConfigProperty(name = "gantry.scheduler.service-wait") Duration patience) {
        this.store = store;
        this.wishes = wishes;
        this.proposals = proposals;
        this.transactions = transactions;
        this.world = world;
        this.patience = patience;
    }

    /** network-service granted what was asked: now it is done. */
    public Uni<Void> granted(Transaction tx, DeploymentId id, UUID request, Touched touched) {
        return store.hold(tx, id).chain(() -> proposals.take(tx, id, request)).chain(proposal -> {
            if (proposal.isEmpty()) {
                return Uni.createFrom().voidItem();
            }
            return proposal.get().makesIt()
                    ? store.create(tx, proposal.get(), touched)
                    : wishes.wish(tx, id, proposal.get().wish(), touched);
        });
    }

    public Uni<Void> refused(Transaction tx, DeploymentId id, UUID request) {
        return proposals.take(tx, id, request).replaceWithVoid();
    }

    /** A rollout went back to ports that are somebody else's by now. */
    public Uni<Void> leftWithoutPorts(Transaction tx, DeploymentId id, String why, Touched touched) {
        return store.change(tx, id, touched, held -> DeploymentStore.Change.only(
                DeploymentEvolution.leftWithoutPorts(held.deployment(), why)));
    }

    /** True if it was still undecided: then nothing of it is left here, and network-service gives back what it may grant yet. */
    public Uni<Boolean> withdraw(DeploymentId id, UUID request) {
        return transactions.in(tx -> store.hold(tx, id).chain(present -> proposals.drop(tx, id, request).chain(dropped -> {
            if (!dropped) {
                return Uni.createFrom().item(false);
            }
            DeploymentEvent undo = present.isEmpty()
                    ? new DeploymentEvent.ServiceUnwanted(id)
                    : Proposal.question(
                            id, Ids.uuid7(world.now(), world.random()), present.get().name(), present.get().spec().template());
            return tx.publish(undo).replaceWith(true);
        })));
    }

    /** Nobody waits any longer for the answer to those: whoever asked was answered, or went away with its process. */
    public Uni<Void> withdrawOverdue() {
        return transactions.read(session -> proposals.askedBefore(session, world.now().minus(patience))).chain(overdue -> {
            Uni<Void> all = Uni.createFrom().voidItem();
            for (Proposals.Open each : overdue) {
                all = all.chain(() -> withdraw(each.deployment(), each.request()))
                        .invoke(done -> {
                            if (done) {
                                LOG.infof("withdrew what was wanted of deployment %s: network-service didn't answer", each.name());
                            }
                        })
                        .replaceWithVoid();
            }
            return all;
        });
    }
}
