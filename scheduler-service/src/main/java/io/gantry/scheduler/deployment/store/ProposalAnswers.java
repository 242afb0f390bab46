package io.gantry.scheduler.deployment.store;

import io.gantry.contracts.event.DeploymentEvent;
import io.gantry.contracts.id.DeploymentId;
import io.gantry.contracts.id.Ids;
import io.gantry.contracts.problem.Refusal;
import io.gantry.kit.outbox.Transaction;
import io.gantry.kit.time.World;
import io.gantry.scheduler.SchedulerTransactions;
import io.gantry.scheduler.deployment.core.Deployment;
import io.gantry.scheduler.deployment.core.DeploymentEvolution;
import io.gantry.scheduler.deployment.core.DeploymentWish;
import io.gantry.scheduler.deployment.core.Proposal;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** What becomes of proposals: network-service's word makes or drops them, and without one they are withdrawn. */
@Singleton
public class ProposalAnswers {
    private static final Logger LOG = Logger.getLogger(ProposalAnswers.class);
    private final DeploymentStore store;
    private final Proposals proposals;
    private final SchedulerTransactions transactions;
    private final World world;
    private final Duration patience;

    @Inject
    ProposalAnswers(
            DeploymentStore store,
            Proposals proposals,
            SchedulerTransactions transactions,
            World world,
            @ConfigProperty(name = "gantry.scheduler.service-wait") Duration patience) {
        this.store = store;
        this.proposals = proposals;
        this.transactions = transactions;
        this.world = world;
        this.patience = patience;
    }

    /** network-service granted what was asked: now it is done. Empty when it was answered or withdrawn before. */
    public Uni<Optional<ProposalWatch.Word>> granted(Transaction tx, DeploymentId id, UUID request, Touched touched) {
        return store.hold(tx, id).chain(() -> proposals.take(tx, id, request)).chain(proposal -> {
            if (proposal.isEmpty()) {
                return Uni.createFrom().item(Optional.empty());
            }
            Uni<Optional<Refusal>> refused =
                    switch (proposal.get()) {
                        case Proposal.Make make -> store.create(tx, make, touched)
                                .chain(() -> proposals.note(tx, id, request, 1))
                                .replaceWith(Optional.empty());
                        case Proposal.Change change -> change(tx, change, touched);
                    };
            return refused.map(refusal -> Optional.of(new ProposalWatch.Word(request, refusal)));
        });
    }

    /** Refused when the deployment became meanwhile what makes no sense of it: then it keeps the ports that it has. */
    private Uni<Optional<Refusal>> change(Transaction tx, Proposal.Change proposal, Touched touched) {
        AtomicReference<Refusal> refused = new AtomicReference<>();
        AtomicReference<Uni<Void>> then = new AtomicReference<>();
        return store.change(tx, proposal.deployment(), touched, held -> {
                    DeploymentWish wish = proposal.wishOn(held.deployment(), held.revisions());
                    return switch (DeploymentWish.decide(held.deployment(), held.revisions(), wish, world.now())) {
                        case DeploymentWish.Answer.Granted granted -> {
                            int made = granted.deployment().revision();
                            then.set(proposals.note(tx, proposal.deployment(), proposal.request(), made));
                            yield DeploymentStore.Change.of(granted);
                        }
                        case DeploymentWish.Answer.Refused(var refusal) -> {
                            refused.set(refusal);
                            then.set(tx.publish(asBefore(held.deployment())));
                            yield DeploymentStore.Change.only(held.deployment());
                        }
                    };
                })
                .chain(() -> then.get() == null ? Uni.createFrom().voidItem() : then.get())
                .map(_ -> Optional.ofNullable(refused.get()));
    }

    /** Empty when it was answered or withdrawn before. */
    public Uni<Optional<ProposalWatch.Word>> refused(Transaction tx, DeploymentId id, UUID request, Refusal why) {
        return proposals.drop(tx, id, request)
                .map(dropped -> dropped ? Optional.of(new ProposalWatch.Word(request, Optional.of(why))) : Optional.empty());
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
            DeploymentEvent undo = present.map(this::asBefore).orElse(new DeploymentEvent.ServiceUnwanted(id));
            return tx.publish(undo).replaceWith(true);
        })));
    }

    /** It is done, whoever heard of the grant. */
    public Uni<Boolean> done(DeploymentId id, UUID request) {
        return transactions.read(session -> proposals.granted(session, id, request));
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

    /** Asks for what it has. */
    private DeploymentEvent asBefore(Deployment present) {
        UUID request = Ids.uuid7(world.now(), world.random());
        return Proposal.question(present.id(), request, present.name(), present.spec().template());
    }
}
