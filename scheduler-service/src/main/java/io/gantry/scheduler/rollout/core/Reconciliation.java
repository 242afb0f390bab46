package io.gantry.scheduler.rollout.core;

import io.gantry.contracts.event.DeploymentEvent;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.Ids;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.spec.Owner;
import io.gantry.scheduler.deployment.core.Deployment;
import io.gantry.scheduler.deployment.core.DeploymentEvolution;
import io.gantry.scheduler.deployment.core.Replica;
import io.gantry.scheduler.deployment.core.ReplicaSpec;
import io.gantry.scheduler.deployment.core.Revision;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * Takes the decider's steps until it has no more: the deployment afterwards, and what to tell the others.
 *
 * @param made revisions that a roll-back made
 * @param due when to look again even if nothing happens; {@code null} for never
 */
public record Reconciliation(Deployment after, List<RolloutStep> steps, List<DeploymentEvent> events, List<Revision> made, Instant due) {
    private static final int MOST_ROUNDS = 12;

    /**
     * @param ahead of the wanted revision
     * @param revisions by number: at least the wanted one and the latest that finished
     * @param random for the new containers' ids
     */
    public static Reconciliation of(
            Deployment before,
            Map<NodeId, NodeCondition> nodes,
            Ahead ahead,
            Map<Integer, Revision> revisions,
            Instant now,
            RandomGenerator random) {
        Map<Integer, Revision> known = new TreeMap<>(revisions);
        List<RolloutStep> steps = new ArrayList<>();
        List<DeploymentEvent> events = new ArrayList<>();
        List<Revision> made = new ArrayList<>();
        Deployment deployment = before;
        for (int round = 0; round < MOST_ROUNDS; round++) {
            Revision wanted = known.get(deployment.revision());
            deployment = GlobalSlots.assign(deployment, nodes, wanted);
            Decision decision = deployment.spec().mode().isJob()
                    ? JobDecider.reconcile(deployment, nodes, now)
                    : RolloutDecider.reconcile(deployment, wanted.spec().template().constraints(), nodes, ahead, now);
            if (decision.steps().isEmpty()) {
                return new Reconciliation(deployment, steps, events, made, decision.next());
            }
            for (RolloutStep step : decision.steps()) {
                steps.add(step);
                switch (step) {
                    case RolloutStep.Want(var slot, var number) -> {
                        Replica replica = newReplica(deployment, slot, number, now, random);
                        events.add(wanted(deployment, replica, known.get(number), nodes));
                        deployment = DeploymentEvolution.wanted(deployment, replica);
                    }
                    case RolloutStep.RollBack(var from, var to, var number) -> {
                        String reason = "rolled back by itself: " + deployment.failure();
                        Revision copy = known.get(to).copyAs(number, reason, now);
                        known.put(number, copy);
                        made.add(copy);
                        int original = deployment.original(to);
                        int replicas = deployment.spec().replicas();
                        deployment = DeploymentEvolution.rolledBack(
                                deployment, number, original, copy.spec().withReplicas(replicas), now);
                        events.add(new DeploymentEvent.RolloutStarted(
                                deployment.id(), deployment.name(), from, number, deployment.spec(), reason));
                    }
                    case RolloutStep.Retire _, RolloutStep.Unwant _, RolloutStep.Forget _, RolloutStep.Steady _, RolloutStep.Finish _,
                            RolloutStep.Fail _ -> {
                        fact(deployment, step).ifPresent(events::add);
                        deployment = DeploymentEvolution.evolve(deployment, step, now);
                    }
                }
            }
        }
        throw new IllegalStateException("the rollout of " + before.name() + " finds no end: " + steps);
    }

    private static Replica newReplica(Deployment deployment, int slot, int revision, Instant now, RandomGenerator random) {
        ContainerId container = new ContainerId(Ids.hex64(random));
        String name = "%s-%d-%s".formatted(deployment.name(), slot, container.value().substring(0, 4));
        boolean taken = deployment.replicas().stream().anyMatch(other -> other.name().equals(name));
        return taken
                ? newReplica(deployment, slot, revision, now, random)
                : Replica.wanted(container, name, slot, revision, now);
    }

    private static DeploymentEvent wanted(Deployment deployment, Replica replica, Revision revision, Map<NodeId, NodeCondition> nodes) {
        NodeId place = deployment.places().get(replica.slot());
        return new DeploymentEvent.ContainerWanted(
                deployment.id(),
                replica.container(),
                deployment.project(),
                replica.name(),
                new Owner.Replica(deployment.id(), deployment.name(), revision.number(), replica.slot()),
                place == null ? ReplicaSpec.of(revision.spec()) : ReplicaSpec.of(revision.spec(), nodes.get(place).name()),
                revision.image());
    }

    private static Optional<DeploymentEvent> fact(Deployment deployment, RolloutStep step) {
        return Optional.ofNullable(
                switch (step) {
                    case RolloutStep.Retire(var container, var why) ->
                            new DeploymentEvent.ContainerRetiring(deployment.id(), container);
                    case RolloutStep.Unwant(var container, var why) ->
                            new DeploymentEvent.ContainerUnwanted(deployment.id(), container);
                    case RolloutStep.Finish(var number) ->
                            new DeploymentEvent.RolloutFinished(deployment.id(), deployment.name(), number);
                    case RolloutStep.Fail(var number, var detail) ->
                            new DeploymentEvent.RolloutFailed(deployment.id(), deployment.name(), number, detail);
                    case RolloutStep.Want _, RolloutStep.Forget _, RolloutStep.Steady _, RolloutStep.RollBack _ -> null;
                });
    }
}
