package io.gantry.scheduler.placement.core;

import io.gantry.contracts.unit.MilliCpu;
import io.gantry.scheduler.node.core.Health;
import io.gantry.scheduler.placement.core.PlacementDecision.NoNode;
import io.gantry.scheduler.placement.core.PlacementDecision.Placement;
import io.gantry.scheduler.placement.core.PlacementDecision.Wait;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Chooses a node. Its goals, in this order: never ask more of a node than it has; spread the replicas of a deployment evenly over the values of labels, if
 * that is wished; put them on as many nodes as possible; keep the nodes equally full.
 *
 * <p>A node is out when it is not ready, drained, not the one the spec names, outside its constraints, not where a volume of it or the container is whose namespaces
 * it shares, of another architecture, without the runtime class that is asked for, or too full. Of the others the
 * one in the group with the fewest replicas wins (see {@link SpreadGroups}: groups whose nodes are all out don't count), in that the
 * one with the fewest replicas of the same deployment, then the one whose fuller resource (cpu or memory, with this container
 * counted) is the emptiest, then the one with the fewest containers, then the first by name. So three replicas on three empty nodes
 * stand one on each, and a fourth goes where the least is requested.
 *
 * <p>A suspect node gets nothing new, but where it alone could take the container that waits: in a moment the node is ready or lost.
 */
public final class Placer {
    private static final Comparator<Scored> BEST_FIRST =
            Comparator.comparing(Scored::around, Arrays::compare)
                    .thenComparingInt(scored -> scored.node().alike())
                    .thenComparingDouble(Scored::fullness)
                    .thenComparingInt(scored -> scored.node().containers())
                    .thenComparing(scored -> scored.node().name())
                    .thenComparing(scored -> scored.node().id());

    private Placer() {}

    /**
     * @param around how many replicas are in the groups that it is in
     * @param groups the same in words
     * @param cpuShare and {@code memoryShare}: what would be requested of the node, 0 to 1
     */
    private record Scored(NodeCapacity node, int[] around, String groups, double cpuShare, double memoryShare) {
        double fullness() {
            return Math.max(cpuShare, memoryShare);
        }
    }

    public static PlacementDecision place(ClusterSnapshot cluster, PlacementRequest request) {
        Map<String, String> reasons = new TreeMap<>();
        for (NodeCapacity node : cluster.nodes()) {
            obstacle(node, request).ifPresent(reason -> reasons.put(node.name(), reason));
        }
        SpreadGroups groups = new SpreadGroups(cluster);
        List<Scored> candidates =
                cluster.nodes().stream()
                        .filter(node -> obstacle(node, request).isEmpty())
                        .map(node -> score(node, groups, request))
                        .sorted(BEST_FIRST)
                        .toList();
        if (candidates.isEmpty()) {
            nameMissing(cluster, request).ifPresent(reason -> reasons.put(request.needs().nodeName(), reason));
            List<String> suspects = cluster.nodes().stream()
                    .filter(node -> node.health() == Health.SUSPECT && lack(node, request).isEmpty())
                    .map(NodeCapacity::name)
                    .toList();
            return suspects.isEmpty() ? new NoNode(reasons) : new Wait(suspects, reasons);
        }
        for (Scored other : candidates.subList(1, candidates.size())) {
            reasons.put(other.node().name(), "possible, but another was better: " + describe(other, request));
        }
        Scored best = candidates.getFirst();
        reasons.put(best.node().name(), "chosen: " + describe(best, request));
        return new Placement(best.node(), reasons);
    }

    /** The first in the way, of what concerns it most: that another is named, that nothing is heard of it, what it lacks. */
    private static Optional<String> obstacle(NodeCapacity node, PlacementRequest request) {
        if (node.health() == Health.LOST && request.needs().anotherThan(node.traits()).isEmpty()) {
            return Optional.of("lost: no heartbeats arrive from it");
        }
        return lack(node, request)
                .or(() -> node.health() == Health.SUSPECT ? Optional.of("suspect: its heartbeats stopped a moment ago") : Optional.empty());
    }

    /** What would be in the way even if its heartbeats arrived. */
    private static Optional<String> lack(NodeCapacity node, PlacementRequest request) {
        Optional<String> unmet = request.needs().unmetBy(node.traits());
        if (unmet.isPresent()) {
            return unmet;
        }
        Optional<String> away = request.volumes().entrySet().stream()
                .filter(volume -> !volume.getValue().equals(node.id()))
                .map(Map.Entry::getKey)
                .min(Comparator.naturalOrder());
        if (away.isPresent()) {
            return Optional.of("volume '" + away.get() + "' is on another node");
        }
        if (request.beside() != null && !node.id().equals(request.beside().node())) {
            return Optional.of(
                    request.beside().node() == null
                            ? "container " + request.beside().container() + ", whose namespaces it shares, has no node"
                            : "container " + request.beside().container() + ", whose namespaces it shares, is on another node");
        }
        if (node.drained()) {
            return Optional.of("drained: it takes nothing new until it is resumed");
        }
        if (request.memory().compareTo(node.freeMemory()) > 0) {
            return Optional.of(
                    "not enough memory: %s requested, %s of %s free".formatted(request.memory(), node.freeMemory(), node.memory()));
        }
        if (request.cpu().compareTo(node.freeCpu()) > 0) {
            return Optional.of(
                    "not enough cpu: %s requested, %s of %s cores free".formatted(request.cpu(), node.freeCpu(), node.cpu()));
        }
        if (request.ownCores() > node.freeCores()) {
            return Optional.of(
                    "not enough cores to itself: %d requested, %d of %s left; others have %d to themselves, and one stays with the rest"
                            .formatted(request.ownCores(), node.freeCores(), node.cpu(), node.ownCores()));
        }
        return Optional.empty();
    }

    private static Optional<String> nameMissing(ClusterSnapshot cluster, PlacementRequest request) {
        return request.needs().nodeName() == null || cluster.nodes().stream().anyMatch(node -> node.name().equals(request.needs().nodeName()))
                ? Optional.empty()
                : Optional.of("no node has this name");
    }

    private static Scored score(NodeCapacity node, SpreadGroups groups, PlacementRequest request) {
        return new Scored(
                node,
                groups.around(node),
                groups.describe(node),
                share(node.requestedCpu().value() + request.cpu().value(), node.cpu().value()),
                share(node.requestedMemory().value() + request.memory().value(), node.memory().value()));
    }

    private static double share(long requested, long capacity) {
        return capacity == 0 ? 0 : (double) requested / capacity;
    }

    private static String describe(Scored scored, PlacementRequest request) {
        String load = "%s of its memory".formatted(percent(scored.memoryShare()));
        if (!request.cpu().equals(MilliCpu.ZERO) || scored.cpuShare() > 0) {
            load += " and %s of its cpu".formatted(percent(scored.cpuShare()));
        }
        load += " would be requested";
        if (request.deployment() == null) {
            return load;
        }
        return (scored.groups().isEmpty() ? "" : scored.groups() + "; ") + switch (scored.node().alike()) {
            case 0 -> "holds no replica of this deployment; " + load;
            case 1 -> "holds 1 replica of this deployment; " + load;
            default -> "holds " + scored.node().alike() + " replicas of this deployment; " + load;
        };
    }

    private static String percent(double share) {
        return Math.round(share * 100) + " %";
    }
}
