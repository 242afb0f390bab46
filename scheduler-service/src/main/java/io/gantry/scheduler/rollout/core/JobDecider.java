package io.gantry.scheduler.rollout.core;

import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.spec.Job;
import io.gantry.scheduler.deployment.core.Deployment;
import io.gantry.scheduler.deployment.core.JobRun;
import io.gantry.scheduler.deployment.core.Replica;
import io.gantry.scheduler.deployment.core.Replica.Phase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Compares a job with its containers and says what to do next; level-triggered, as {@link RolloutDecider} is for what runs for ever.
 *
 * <p>Goals, in this order: no slot runs twice at a time, or again once it is done; at most {@code maxConcurrent} run; each slot is tried until one of its containers ends with 0 or {@code attempts} of
 * them have failed. One that fails takes nothing from the others: they are all tried to their end, and then the job is complete, or has failed with those that did.
 *
 * <p>A container that has ended stays to be read, with its log, and so do those of earlier revisions; of all of them the latest {@link #KEPT}. What runs of an earlier revision, on a drained node or in a slot
 * that isn't asked for any more ends; that is no failure.
 *
 * <p>Example, 3 completions, 2 at a time: want slots 0 and 1; 0 is done: want 2; 1 fails: want it again after its back-off; 2 and 1 are done: complete.
 */
final class JobDecider {
    /** Ended containers are kept for people to look at, and each is a writable layer on some disk. */
    static final int KEPT = 50;

    private final Deployment deployment;
    private final Map<NodeId, NodeCondition> nodes;
    private final Instant now;
    private final List<RolloutStep> steps = new ArrayList<>();
    private final Set<Integer> running = new HashSet<>();
    private final Set<Integer> slotsOfTheDead = new HashSet<>();
    private Instant next;

    private JobDecider(Deployment deployment, Map<NodeId, NodeCondition> nodes, Instant now) {
        this.deployment = deployment;
        this.nodes = nodes;
        this.now = now;
    }

    /** @param nodes all there are; a replica on a node that is missing there won't be heard of again */
    static Decision reconcile(Deployment deployment, Map<NodeId, NodeCondition> nodes, Instant now) {
        return new JobDecider(deployment, nodes, now).decide();
    }

    private Decision decide() {
        deployment.replicas().forEach(this::look);
        clearHistory();
        fill();
        conclude();
        return new Decision(List.copyOf(steps), next);
    }

    private void look(Replica replica) {
        Optional<RolloutStep> fate = ReplicaFate.of(replica, nodes);
        fate.ifPresent(steps::add);
        if (replica.phase() == Phase.DEAD) {
            slotsOfTheDead.add(replica.slot());
        }
        if (fate.isPresent() || !replica.active()) {
            return;
        }
        Optional<String> needless = needless(replica);
        needless.ifPresent(why -> steps.add(new RolloutStep.Unwant(replica.container(), why)));
        if (needless.isEmpty()) {
            running.add(replica.slot());
        }
    }

    /** Why what runs, or will, shall not. */
    private Optional<String> needless(Replica replica) {
        if (replica.revision() != deployment.revision()) {
            return Optional.of("revision " + deployment.revision() + " runs anew");
        }
        if (replica.node() != null && nodes.get(replica.node()).drained()) {
            return Optional.of("its node " + nodes.get(replica.node()).name() + " is drained");
        }
        if (!deployment.slots().contains(replica.slot())) {
            return Optional.of("it isn't asked for any more");
        }
        return running.contains(replica.slot()) ? Optional.of("another has its slot") : Optional.empty();
    }

    private void clearHistory() {
        List<Replica> latestFirst = deployment.replicas().stream()
                .filter(replica -> replica.phase() == Phase.ENDED && ReplicaFate.of(replica, nodes).isEmpty())
                .sorted(Comparator.comparing(Replica::since).thenComparing(Replica::container).reversed())
                .toList();
        latestFirst.stream().skip(KEPT).forEach(replica -> steps.add(new RolloutStep.Unwant(replica.container(), "later ones are kept")));
    }

    /** Those first that have failed least: one that never ends well doesn't stand before the others. */
    private void fill() {
        JobRun run = deployment.run();
        Job job = deployment.spec().job();
        int room = (job.maxConcurrent() == null ? Integer.MAX_VALUE : job.maxConcurrent()) - running.size();
        List<Integer> empty = deployment.slots().stream()
                .filter(slot -> !run.done().contains(slot) && !running.contains(slot) && !slotsOfTheDead.contains(slot) && !run.hasGivenUp(slot, job))
                .sorted(Comparator.comparing(run::failuresOf).thenComparing(Comparator.naturalOrder()))
                .toList();
        SlotFilling filling = SlotFilling.of(deployment, empty, room, now);
        steps.addAll(filling.wants());
        next = filling.next();
    }

    private void conclude() {
        if (deployment.isComplete()) {
            if (deployment.rollingOut()) {
                steps.add(new RolloutStep.Finish(deployment.revision()));
            }
            return;
        }
        List<Integer> givenUp = deployment.slots().stream().filter(slot -> deployment.run().hasGivenUp(slot, deployment.spec().job())).toList();
        boolean over = !givenUp.isEmpty() && deployment.slots().stream().allMatch(slot -> deployment.run().done().contains(slot) || givenUp.contains(slot));
        if (over && deployment.failed() != deployment.revision()) {
            steps.add(new RolloutStep.Fail(deployment.revision(), complaint(givenUp)));
        }
    }

    private String complaint(List<Integer> givenUp) {
        return "%d of %d have ended well".formatted(deployment.completed().size(), deployment.wanted())
                + givenUp.stream()
                        .map(slot -> "; replica %d has failed %d times: %s".formatted(slot, deployment.run().failuresOf(slot), deployment.backOffs().get(slot).reason()))
                        .collect(Collectors.joining());
    }
}
