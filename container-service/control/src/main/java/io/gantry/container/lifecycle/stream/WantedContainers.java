package io.gantry.container.lifecycle.stream;

import io.gantry.container.lifecycle.core.ContainerCommand;
import io.gantry.container.lifecycle.store.ContainerQueries;
import io.gantry.container.lifecycle.store.ContainerTransactions;
import io.gantry.container.lifecycle.store.Containers;
import io.gantry.contracts.envelope.Fact;
import io.gantry.contracts.envelope.Topics;
import io.gantry.contracts.event.BuildEvent;
import io.gantry.contracts.event.DeploymentEvent;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.Projects;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.Owner;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.state.Desired;
import io.gantry.kit.outbox.Transaction;
import io.gantry.kit.stream.FactHandling;
import io.gantry.kit.stream.ShortWay;
import io.gantry.kit.time.World;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Containers that deployments and builds want, or want no more. */
@ApplicationScoped
class WantedContainers {
    private final Containers containers;
    private final ContainerQueries queries;
    private final World world;
    private final FactHandling deployments;
    private final FactHandling builds;

    @Inject
    WantedContainers(ContainerTransactions transactions, ShortWay shortWay, Containers containers, ContainerQueries queries, World world) {
        this.containers = containers;
        this.queries = queries;
        this.world = world;
        deployments = new FactHandling(
                "wanted",
                transactions,
                event -> event instanceof DeploymentEvent.ContainerWanted || event instanceof DeploymentEvent.ContainerUnwanted,
                this::ofDeployment)
                .early(shortWay, Topics.DEPLOYMENT);
        builds = new FactHandling(
                "wanted",
                transactions,
                event -> event instanceof BuildEvent.ContainerWanted || event instanceof BuildEvent.ContainerUnwanted,
                this::ofBuild)
                .early(shortWay, Topics.BUILD);
    }

    @Incoming("container-deployments")
    Uni<Void> onDeployment(String json) {
        return deployments.handle(json);
    }

    @Incoming("container-builds")
    Uni<Void> onBuild(String json) {
        return builds.handle(json);
    }

    private Uni<Void> ofDeployment(Transaction transaction, Fact fact) {
        return switch ((DeploymentEvent) fact.event()) {
            case DeploymentEvent.ContainerWanted wanted ->
                    make(
                            transaction, wanted.container(), wanted.project(), wanted.name(), wanted.owner(), wanted.spec(),
                            wanted.image());
            case DeploymentEvent.ContainerUnwanted(_, var id) -> dismiss(transaction, id);
            case DeploymentEvent.ServiceWanted _, DeploymentEvent.ServiceUnwanted _, DeploymentEvent.Created _,
                    DeploymentEvent.Scaled _, DeploymentEvent.RolloutStarted _, DeploymentEvent.RolloutFinished _,
                    DeploymentEvent.RolloutFailed _, DeploymentEvent.ContainerRetiring _, DeploymentEvent.Removed _ ->
                    Uni.createFrom().voidItem();
        };
    }

    private Uni<Void> ofBuild(Transaction transaction, Fact fact) {
        return switch ((BuildEvent) fact.event()) {
            case BuildEvent.ContainerWanted wanted ->
                    make(transaction, wanted.container(), Projects.DEFAULT, wanted.name(), wanted.owner(), wanted.spec(), wanted.image());
            case BuildEvent.ContainerUnwanted(_, var id) -> dismiss(transaction, id);
            case BuildEvent.Started _, BuildEvent.Finished _, BuildEvent.Failed _ -> Uni.createFrom().voidItem();
        };
    }

    /** A name that a person has taken meanwhile is told apart by the beginning of the id. */
    private Uni<Void> make(
            Transaction transaction, ContainerId id, String project, String name, Owner owner, ContainerSpec spec, ResolvedImage image) {
        return queries.nameTaken(transaction, project, name)
                .map(taken -> taken ? name + "-" + id.value().substring(0, 8) : name)
                .chain(free -> containers.tell(
                        transaction,
                        id,
                        new ContainerCommand.Request(
                                id, project, free, owner, spec, image, Desired.Life.RUNNING, world.now())));
    }

    private Uni<Void> dismiss(Transaction transaction, ContainerId id) {
        return containers.tell(transaction, id, new ContainerCommand.Dismiss());
    }
}
