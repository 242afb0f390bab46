package io.gantry.network.endpoint.stream;

import io.gantry.contracts.envelope.Fact;
import io.gantry.contracts.envelope.Topics;
import io.gantry.contracts.event.DeploymentEvent;
import io.gantry.contracts.event.Event;
import io.gantry.contracts.id.ContainerId;
import io.gantry.kit.outbox.Transaction;
import io.gantry.kit.stream.FactHandling;
import io.gantry.kit.stream.ShortWay;
import io.gantry.network.NetworkTransactions;
import io.gantry.network.endpoint.store.Endpoints;
import io.gantry.network.endpoint.stream.ServiceLeasing.Want;
import io.gantry.network.overlay.store.DesiredRecords;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Deployments: a virtual IP with the deployment's name and ports, in front of those replicas that are ready and stay. */
@ApplicationScoped
class DeploymentFacts {
    private final ServiceLeasing leasing;
    private final Endpoints endpoints;
    private final DesiredRecords records;
    private final FactHandling facts;

    @Inject
    DeploymentFacts(NetworkTransactions transactions, ShortWay shortWay, ServiceLeasing leasing, Endpoints endpoints, DesiredRecords records) {
        this.leasing = leasing;
        this.endpoints = endpoints;
        this.records = records;
        this.facts = new FactHandling("network-deployments", transactions, DeploymentFacts::matters, this::handle).early(shortWay, Topics.DEPLOYMENT);
    }

    @Incoming("network-deployment-events")
    Uni<Void> on(String json) {
        return facts.handle(json);
    }

    private static boolean matters(Event event) {
        return event instanceof DeploymentEvent deployment
                && switch (deployment) {
                    case DeploymentEvent.ServiceWanted _, DeploymentEvent.ServiceUnwanted _, DeploymentEvent.Created _,
                            DeploymentEvent.RolloutStarted _, DeploymentEvent.ContainerRetiring _, DeploymentEvent.ContainerUnwanted _,
                            DeploymentEvent.Removed _ -> true;
                    case DeploymentEvent.Scaled _, DeploymentEvent.RolloutFinished _, DeploymentEvent.RolloutFailed _,
                            DeploymentEvent.ContainerWanted _ -> false;
                };
    }

    private Uni<Void> handle(Transaction transaction, Fact fact) {
        return switch ((DeploymentEvent) fact.event()) {
            case DeploymentEvent.ServiceWanted(var id, var request, var name, var network, var ports) ->
                    leasing.shape(transaction, new Want(id, request, name, network, ports));
            case DeploymentEvent.ServiceUnwanted(var id) -> leasing.release(transaction, id);
            // granted before, so nothing changes; but one that goes back by itself asks nobody, and one without a network needs none
            case DeploymentEvent.Created created ->
                    leasing.shape(transaction, Want.of(created.id(), created.name(), created.spec()));
            case DeploymentEvent.RolloutStarted rollout ->
                    leasing.shape(transaction, Want.of(rollout.id(), rollout.name(), rollout.spec()));
            case DeploymentEvent.ContainerRetiring retiring -> retire(transaction, retiring.container());
            case DeploymentEvent.ContainerUnwanted unwanted -> retire(transaction, unwanted.container());
            case DeploymentEvent.Removed removed -> leasing.release(transaction, removed.id());
            case DeploymentEvent.Scaled _, DeploymentEvent.RolloutFinished _, DeploymentEvent.RolloutFailed _,
                    DeploymentEvent.ContainerWanted _ -> Uni.createFrom().voidItem();
        };
    }

    private Uni<Void> retire(Transaction transaction, ContainerId container) {
        return endpoints.ofContainer(transaction, container)
                .chain(found -> Multi.createFrom()
                        .iterable(found)
                        .filter(endpoint -> !endpoint.retiring())
                        .onItem()
                        .transformToUniAndConcatenate(endpoint ->
                                endpoints.retire(transaction, endpoint.id()).chain(() -> records.publish(transaction, endpoint)))
                        .collect()
                        .last());
    }
}
