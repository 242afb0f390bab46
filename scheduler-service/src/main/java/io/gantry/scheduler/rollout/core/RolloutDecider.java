package io.gantry.scheduler.rollout.core;

import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.spec.DeploymentSpec;
import io.gantry.contracts.spec.NodeConstraint;
import io.gantry.scheduler.deployment.core.Deployment;
import io.gantry.scheduler.deployment.core.Replica;
import io.gantry.scheduler.deployment.core.Replica.Phase;
import io.gantry.scheduler.node.core.Health;
import io.gantry.scheduler.placement.core.NodeNeeds;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Compares a deployment with its replicas and says what to do next. Level-triggered: it looks at what is, not at what happened, so it
 * may be asked at any moment, and is asked again after its steps were taken until it has nothing more to say (a slot's back-off is
 * known only when its dead replica is cleared away).
 *
 * <p>Goals, in this order: at least {@code wanted − maxUnavailable} serve; at most {@code wanted + maxSurge} serve or start; in the
 * end each of its slots has one ready replica of the wanted revision, on a node that isn't drained and meets its constraints. A replicated
 * deployment has the slots from 0 to {@code replicas − 1}, a global one those that {@link GlobalSlots} gives to nodes.
 *
 * <p>What can't serve any more is removed at once and its slot waits as long as its back-off says. What is <em>outdated</em> (an older
 * revision, a drained node or one that is another by now, a slot too many) and not ready is removed at once, too; what is outdated and ready retires — leaves the
 * virtual IP, and is removed when {@code drain} has passed — as soon as enough others serve. Empty slots are filled as far as the surge
 * allows. When no replica of the wanted revision became ready for {@code progressDeadline}, the rollout failed and goes back to the
 * latest revision whose rollout finished.
 *
 * <p>Where one leaves before another has come in its place ({@code maxUnavailable}), it leaves when the image is where that one may come: while nodes fetch it ahead it serves on, for half of
 * {@code progressDeadline} at most. Of a global deployment its own node is asked, of any other all that were told.
 *
 * <p>Of a global deployment that is counted by nodes: what is served on one doesn't make up for what isn't on another.
 *
 * <p>Example, 3 replicas, surge 1, unavailable 0: want one new; it is ready: retire an old one and want the next; and so on.
 */
public final class RolloutDecider {
    private final Deployment deployment;
    private final NodeNeeds constraints;
    private final Map<NodeId, NodeCondition> nodes;
    private final Ahead ahead;
    private final Instant now;
    private final List<RolloutStep> steps = new ArrayList<>();
    private final Set<Integer> slotsOfTheDead = new HashSet<>();
    private Instant next;

    private RolloutDecider(Deployment deployment, NodeNeeds constraints, Map<NodeId, NodeCondition> nodes, Ahead ahead, Instant now) {
        this.deployment = deployment;
        this.constraints = constraints;
        this.nodes = nodes;
        this.ahead = ahead;
        this.now = now;
    }

    /**
     * @param constraints of the wanted revision
     * @param nodes all there are; a replica on a node that is missing there won't be heard of again
     * @param ahead of the wanted revision; of another one it says nothing
     */
    static Decision reconcile(Deployment deployment, List<NodeConstraint> constraints, Map<NodeId, NodeCondition> nodes, Ahead ahead, Instant now) {
        return new RolloutDecider(deployment, NodeNeeds.NONE.within(constraints), nodes, ahead, now).decide();
    }

    private Decision decide() {
        List<Replica> active = new ArrayList<>();
        for (Replica replica : deployment.replicas()) {
            if (!clearAway(replica)) {
                active.add(replica);
            }
        }
        Map<Replica, String> outdated = outdated(active);
        List<Replica> staying = takeOut(active, outdated);
        List<Replica> current = active.stream().filter(replica -> !outdated.containsKey(replica)).toList();
        fillSlots(current, staying);
        // a retiring replica still answers who came before: only when it is dismissed everyone gets what is wanted
        boolean nobodyRetires = deployment.replicas().stream().noneMatch(replica -> replica.phase() == Phase.RETIRING);
        boolean asWanted =
                outdated.isEmpty() && nobodyRetires && current.size() == wanted() && current.stream().allMatch(Replica::ready);
        conclude(asWanted, current);
        return new Decision(List.copyOf(steps), next);
    }

    private int wanted() {
        return deployment.wanted();
    }

    /** Handles what doesn't serve any more or won't for long. */
    private boolean clearAway(Replica replica) {
        Optional<RolloutStep> fate = ReplicaFate.of(replica, nodes);
        fate.ifPresent(steps::add);
        switch (replica.phase()) {
            case LEAVING, ENDED -> { }
            case DEAD -> slotsOfTheDead.add(replica.slot());
            case RETIRING -> {
                Instant drained = replica.since().plus(deployment.spec().rollout().drain());
                if (fate.isPresent()) {
                    return true;
                }
                if (drained.isAfter(now)) {
                    wakeAt(drained);
                } else {
                    steps.add(new RolloutStep.Unwant(replica.container(), replica.detail()));
                }
            }
            case STARTING, READY -> {
                return fate.isPresent();
            }
        }
        return true;
    }

    /** Those to be replaced or given up, with the reason. */
    private Map<Replica, String> outdated(List<Replica> active) {
        Map<Replica, String> outdated = new LinkedHashMap<>();
        Set<Integer> slots = new HashSet<>();
        List<Replica> readyFirst =
                active.stream().sorted(Comparator.comparing((Replica replica) -> !replica.ready())).toList();
        for (Replica replica : readyFirst) {
            if (deployment.original(replica.revision()) != deployment.original(deployment.revision())) {
                outdated.put(replica, "revision " + deployment.revision() + " takes its place");
            } else if (drained(replica)) {
                outdated.put(replica, "its node " + nodes.get(replica.node()).name() + " is drained");
            } else if (outside(replica).isPresent()) {
                outdated.put(replica, "its node " + nodes.get(replica.node()).name() + " is another by now: " + outside(replica).get());
            } else if (!deployment.slots().contains(replica.slot())) {
                outdated.put(replica, deployment.spec().mode() == DeploymentSpec.Mode.GLOBAL ? "no node is in its place" : "scaled to " + wanted());
            } else if (!slots.add(replica.slot())) {
                outdated.put(replica, "another replica has its slot");
            }
        }
        return outdated;
    }

    private boolean drained(Replica replica) {
        return replica.node() != null && nodes.get(replica.node()).drained();
    }

    private Optional<String> outside(Replica replica) {
        return replica.node() == null ? Optional.empty() : constraints.outsideConstraints(nodes.get(replica.node()).traits());
    }

    private List<Replica> takeOut(List<Replica> active, Map<Replica, String> outdated) {
        List<Replica> staying = new ArrayList<>(active);
        List<Replica> lastSlotFirst =
                outdated.keySet().stream().sorted(Comparator.comparingInt(Replica::slot).reversed()).toList();
        for (Replica replica : lastSlotFirst) {
            if (!replica.ready()) {
                steps.add(new RolloutStep.Unwant(replica.container(), outdated.get(replica)));
                staying.remove(replica);
            } else if (mayGo(replica, staying)) {
                steps.add(new RolloutStep.Retire(replica.container(), outdated.get(replica)));
                staying.remove(replica);
            }
        }
        return staying;
    }

    /** Enough others serve: of a replicated deployment any, of a global one those on its own node, unless some nodes may be without. */
    private boolean mayGo(Replica replica, List<Replica> staying) {
        int least = Math.max(0, wanted() - deployment.spec().rollout().maxUnavailable());
        List<Replica> rest = staying.stream().filter(other -> other != replica && serves(other)).toList();
        if (deployment.spec().mode() == DeploymentSpec.Mode.REPLICATED) {
            return rest.size() >= wanted() || rest.size() >= least && !awaitsImage(replica, ahead.coming());
        }
        Set<Integer> served = rest.stream().map(Replica::slot).filter(deployment.slots()::contains).collect(Collectors.toSet());
        Set<NodeId> own = replica.node() != null && ahead.coming().contains(replica.node()) ? Set.of(replica.node()) : Set.of();
        return served.contains(replica.slot()) || !deployment.slots().contains(replica.slot()) || served.size() >= least && !awaitsImage(replica, own);
    }

    /** Whether it serves on, since what takes its place would wait for the image. A node that isn't heard, or takes no containers, is waited for by nobody. */
    private boolean awaitsImage(Replica replica, Set<NodeId> fetching) {
        if (!deployment.replaces(replica) || ahead.revision() != deployment.revision() || fetching.stream().map(nodes::get).noneMatch(RolloutDecider::takesContainers)) {
            return false;
        }
        Instant longest = ahead.since().plus(deployment.spec().rollout().progressDeadline().dividedBy(2));
        if (longest.isAfter(now)) {
            wakeAt(longest);
            return true;
        }
        return false;
    }

    private static boolean takesContainers(NodeCondition node) {
        return node != null && node.health() == Health.READY && !node.drained();
    }

    /** A replica on a suspect node may be gone already: it isn't counted on. */
    private boolean serves(Replica replica) {
        return replica.ready() && (replica.node() == null || nodes.get(replica.node()).health() == Health.READY);
    }

    private void fillSlots(List<Replica> current, List<Replica> staying) {
        int room = wanted() + deployment.spec().rollout().maxSurge() - staying.size();
        Set<Integer> taken = new HashSet<>();
        current.forEach(replica -> taken.add(replica.slot()));
        List<Integer> empty = emptyNodesFirst(staying).stream().filter(slot -> !taken.contains(slot) && !slotsOfTheDead.contains(slot)).toList();
        SlotFilling filling = SlotFilling.of(deployment, empty, room, now);
        steps.addAll(filling.wants());
        if (filling.next() != null) {
            wakeAt(filling.next());
        }
    }

    /** Its slots in their order; of a global deployment those first whose node has none at all. */
    private List<Integer> emptyNodesFirst(List<Replica> staying) {
        if (deployment.spec().mode() == DeploymentSpec.Mode.REPLICATED) {
            return List.copyOf(deployment.slots());
        }
        Set<Integer> held = staying.stream().map(Replica::slot).collect(Collectors.toSet());
        return deployment.slots().stream().sorted(Comparator.comparing(held::contains)).toList();
    }

    private void conclude(boolean asWanted, List<Replica> current) {
        if (deployment.steady() != asWanted) {
            steps.add(new RolloutStep.Steady(asWanted));
        }
        if (!deployment.rollingOut() || wanted() == 0) {
            return; // without a single replica a revision proves nothing: neither good nor bad
        }
        if (asWanted) {
            steps.add(new RolloutStep.Finish(deployment.revision()));
            return;
        }
        Instant deadline = deployment.progressAt().plus(deployment.spec().rollout().progressDeadline());
        if (deployment.failed() == deployment.revision()) {
            return;
        }
        if (deadline.isAfter(now)) {
            wakeAt(deadline);
            return;
        }
        steps.add(new RolloutStep.Fail(deployment.revision(), complaint(current)));
        int good = deployment.finished();
        if (good > 0 && deployment.original(good) != deployment.original(deployment.revision())) {
            steps.add(new RolloutStep.RollBack(deployment.revision(), good, deployment.revision() + 1));
        }
    }

    private String complaint(List<Replica> current) {
        Duration deadline = deployment.spec().rollout().progressDeadline();
        long ready = current.stream().filter(Replica::ready).count();
        StringBuilder text = new StringBuilder(
                "revision %d: %d of %d replicas ready and no progress for %d s"
                        .formatted(deployment.revision(), ready, wanted(), deadline.toSeconds()));
        Map<String, String> causes = new TreeMap<>();
        current.stream()
                .filter(replica -> replica.phase() == Phase.STARTING)
                .forEach(replica -> causes.put(replica.name(), replica.detail() == null ? "is not ready yet" : replica.detail()));
        deployment.backOffs().forEach((slot, backOff) -> causes.putIfAbsent("replica " + slot, backOff.reason()));
        causes.forEach((who, cause) -> text.append("; ").append(who).append(": ").append(cause));
        return text.toString();
    }

    private void wakeAt(Instant moment) {
        next = next == null || moment.isBefore(next) ? moment : next;
    }
}
