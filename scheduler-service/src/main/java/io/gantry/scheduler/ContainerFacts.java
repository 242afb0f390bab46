package io.gantry.scheduler;

import io.gantry.contracts.envelope.Topics;
import io.gantry.contracts.event.ContainerEvent;
import io.gantry.contracts.event.Event;
import io.gantry.contracts.spec.Owner;
import io.gantry.kit.outbox.Transaction.Mode;
import io.gantry.kit.stream.FactHandling;
import io.gantry.kit.stream.ShortWay;
import io.gantry.scheduler.deployment.store.DeploymentStore;
import io.gantry.scheduler.deployment.store.Touched;
import io.gantry.scheduler.deployment.stream.DeploymentWakeUps;
import io.gantry.scheduler.placement.store.PlacementStore;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Facts about containers: placement reserves and frees room by them, deployments follow their replicas. */
@Singleton
public class ContainerFacts {
    private final FactHandling facts;
    private final Others others = new Others();

    @Inject
    ContainerFacts(
            SchedulerTransactions transactions, ShortWay shortWay, PlacementStore placements, DeploymentStore deployments, DeploymentWakeUps wakeUps) {
        // where it has been placed is our own word, which is told before others can say what follows
        shortWay.listenToFacts(Topics.CONTAINER, fact -> {
            if (fact.event() instanceof ContainerEvent.Placed placed) {
                others.note(placed);
            }
        });
        this.facts = new FactHandling("containers", transactions, ContainerFacts::matters, (tx, fact) -> {
            Touched touched = new Touched();
            ContainerEvent event = (ContainerEvent) fact.event();
            others.note(event);
            return placements.on(tx, event)
                    .chain(() -> others.mayBeReplica(event) ? deployments.on(tx, event, touched) : Uni.createFrom().voidItem())
                    .replaceWith(touched);
        }, wakeUps::after)
                .by(fact -> mode((ContainerEvent) fact.event()))
                .passing(others::passes)
                .early(shortWay, Topics.CONTAINER);
    }

    /** What happens at every start and end of a container is a look or two and one statement; what turns out to be a replica's locks its deployment. */
    private Mode mode(ContainerEvent event) {
        return switch (event) {
            case ContainerEvent.Requested requested -> requested.volumes().isEmpty() ? Mode.STATEMENT : Mode.LOCKING;
            case ContainerEvent.LifeChanged _, ContainerEvent.Created _, ContainerEvent.Started _, ContainerEvent.Readiness _ -> Mode.STATEMENT;
            case ContainerEvent.Exited _, ContainerEvent.Failed _, ContainerEvent.Removed _ -> others.mayBeReplica(event) ? Mode.LOCKING : Mode.STATEMENT;
            case ContainerEvent.Placed _, ContainerEvent.Unplaceable _, ContainerEvent.Updated _, ContainerEvent.Lost _, ContainerEvent.Renamed _, ContainerEvent.Signalled _,
                    ContainerEvent.HealthChanged _, ContainerEvent.Paused _, ContainerEvent.Unpaused _, ContainerEvent.NetworksChanged _, ContainerEvent.News _ -> Mode.LOCKING;
        };
    }

    private static boolean matters(Event event) {
        return event instanceof ContainerEvent container
                && switch (container) {
                    // our own word: only a deployment has something to learn from it
                    case ContainerEvent.Placed placed -> placed.owner() instanceof Owner.Replica;
                    case ContainerEvent.Unplaceable _ -> true;
                    case ContainerEvent.Renamed _, ContainerEvent.Signalled _, ContainerEvent.HealthChanged _, ContainerEvent.Paused _, ContainerEvent.Unpaused _,
                            ContainerEvent.NetworksChanged _, ContainerEvent.News _ -> false;
                    case ContainerEvent.Requested _, ContainerEvent.LifeChanged _, ContainerEvent.Updated _, ContainerEvent.Created _, ContainerEvent.Started _,
                            ContainerEvent.Readiness _, ContainerEvent.Exited _, ContainerEvent.Failed _, ContainerEvent.Lost _,
                            ContainerEvent.Removed _ -> true;
                };
    }

    @Incoming("scheduler-container-events")
    Uni<Void> on(String json) {
        return facts.handle(json);
    }
}
