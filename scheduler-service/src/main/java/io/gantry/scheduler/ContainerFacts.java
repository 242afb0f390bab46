package io.gantry.scheduler;

import io.gantry.contracts.event.ContainerEvent;
import io.gantry.kit.stream.FactHandling;
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
    private final DeploymentWakeUps wakeUps;
    private final Touched touched = new Touched();

    @Inject
    ContainerFacts(
            SchedulerTransactions transactions, PlacementStore placements, DeploymentStore deployments, DeploymentWakeUps wakeUps) {
        this.wakeUps = wakeUps;
        this.facts = new FactHandling("containers", transactions, ContainerEvent.class::isInstance, (tx, fact) -> {
            touched.clear();
            ContainerEvent event = (ContainerEvent) fact.event();
            return placements.on(tx, event).chain(() -> deployments.on(tx, event, touched));
        });
    }

    @Incoming("scheduler-container-events")
    Uni<Void> on(String json) {
        return facts.handle(json).invoke(() -> wakeUps.after(touched));
    }
}
