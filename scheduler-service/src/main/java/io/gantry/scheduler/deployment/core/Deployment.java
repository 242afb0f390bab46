package io.gantry.scheduler.deployment.core;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.DeploymentId;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.spec.DeploymentSpec;
import io.gantry.contracts.view.DeploymentView.Status;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A deployment as it is. Changed only by {@link DeploymentEvolution}.
 *
 * @param spec of the revision wanted, with the number of replicas wanted
 * @param revision the one wanted
 * @param finished the latest revision whose rollout finished; 0 before the first
 * @param alike for each revision the oldest one with the same template and image: replicas of either are as good
 * @param failure why the latest rollout failed, or {@code null}; stays until the next one is asked for
 * @param failed the revision that did
 * @param steady all replicas are of the wanted revision and ready, and no other serves
 * @param progressAt when the rollout last came further
 * @param backOffs by slot
 * @param places the node that each slot of a global deployment is for; empty of a replicated one
 */
public record Deployment(
        DeploymentId id,
        String project,
        String name,
        DeploymentSpec spec,
        int revision,
        int finished,
        Map<Integer, Integer> alike,
        String failure,
        int failed,
        boolean steady,
        Instant progressAt,
        Map<Integer, BackOff> backOffs,
        Map<Integer, NodeId> places,
        @JsonIgnore List<Replica> replicas) {
    public Deployment {
        alike = new TreeMap<>(alike);
        backOffs = new TreeMap<>(backOffs);
        // what was written before there were global ones has none
        places = places == null ? Map.of() : new TreeMap<>(places);
        replicas = replicas == null ? List.of() : List.copyOf(replicas);
    }

    public static Deployment created(DeploymentId id, String project, String name, DeploymentSpec spec, Instant now) {
        return new Deployment(id, project, name, spec, 1, 0, Map.of(1, 1), null, 0, false, now, Map.of(), Map.of(), List.of());
    }

    /** The number of the oldest revision equal to {@code number}. */
    public int original(int number) {
        return alike.getOrDefault(number, number);
    }

    public boolean rollingOut() {
        return revision != finished;
    }

    public Status status() {
        return failure != null ? Status.FAILED : isSettled() ? Status.STEADY : Status.ROLLING;
    }

    /** It was concluded that all is as wanted, and is still so: that a replica isn't ready any more is known some moments before anything is concluded from it. */
    private boolean isSettled() {
        return steady && readyCount() >= wanted();
    }

    /** Each shall have one replica. */
    public Set<Integer> slots() {
        return switch (spec.mode()) {
            case REPLICATED -> IntStream.range(0, spec.replicas()).boxed().collect(Collectors.toCollection(TreeSet::new));
            case GLOBAL -> places.keySet();
        };
    }

    /** How many replicas there shall be. */
    public int wanted() {
        return switch (spec.mode()) {
            case REPLICATED -> spec.replicas();
            case GLOBAL -> places.size();
        };
    }

    /** Ready replicas that are as the wanted revision says. */
    public int readyCount() {
        return (int) replicas.stream()
                .filter(replica -> replica.ready() && original(replica.revision()) == original(revision))
                .count();
    }

    /** Why it is not as wanted, in words; {@code null} when it is. */
    public String explain() {
        if (failure != null) {
            return failure;
        }
        if (isSettled()) {
            return null;
        }
        Map<String, String> causes = new TreeMap<>();
        backOffs.forEach((slot, backOff) -> {
            if (replicas.stream().noneMatch(replica -> replica.ready() && replica.slot() == slot)) {
                causes.put("replica " + slot, backOff.reason());
            }
        });
        replicas.stream()
                .filter(replica -> replica.phase() == Replica.Phase.STARTING && replica.detail() != null)
                .forEach(replica -> causes.put(replica.name(), replica.detail()));
        String progress = "%d of %d replicas of revision %d are ready".formatted(readyCount(), wanted(), revision);
        return causes.isEmpty()
                ? progress
                : progress + causes.entrySet().stream()
                        .map(cause -> "; " + cause.getKey() + ": " + cause.getValue())
                        .collect(Collectors.joining());
    }

    public Optional<Replica> replica(ContainerId container) {
        return replicas.stream().filter(replica -> replica.container().equals(container)).findFirst();
    }

    public Deployment withReplicas(List<Replica> others) {
        return new Deployment(
                id, project, name, spec, revision, finished, alike, failure, failed, steady, progressAt, backOffs, places, others);
    }

    Deployment with(ContainerId container, UnaryOperator<Replica> change) {
        return withReplicas(
                replicas.stream().map(each -> each.container().equals(container) ? change.apply(each) : each).toList());
    }

    Deployment withSpec(DeploymentSpec other) {
        return new Deployment(
                id, project, name, other, revision, finished, alike, failure, failed, steady, progressAt, backOffs, places, replicas);
    }

    Deployment withBackOffs(Map<Integer, BackOff> others) {
        return new Deployment(
                id, project, name, spec, revision, finished, alike, failure, failed, steady, progressAt, others, places, replicas);
    }

    Deployment withPlaces(Map<Integer, NodeId> others) {
        return new Deployment(
                id, project, name, spec, revision, finished, alike, failure, failed, steady, progressAt, backOffs, others, replicas);
    }

    Deployment withSteady(boolean now) {
        return new Deployment(
                id, project, name, spec, revision, finished, alike, failure, failed, now, progressAt, backOffs, places, replicas);
    }

    Deployment withFinished(int number) {
        return new Deployment(
                id, project, name, spec, revision, number, alike, failed == number ? null : failure, failed == number ? 0 : failed,
                steady, progressAt, backOffs, places, replicas);
    }

    Deployment withFailure(String detail, int number) {
        return new Deployment(
                id, project, name, spec, revision, finished, alike, detail, number, steady, progressAt, backOffs, places, replicas);
    }

    Deployment withProgress(Instant now) {
        return new Deployment(
                id, project, name, spec, revision, finished, alike, failure, failed, steady, now, backOffs, places, replicas);
    }

    Deployment withRevision(int number, int original, DeploymentSpec other, Instant now) {
        Map<Integer, Integer> more = new TreeMap<>(alike);
        more.put(number, original);
        return new Deployment(
                id, project, name, other, number, finished, more, failure, failed, false, now, Map.of(), places, replicas);
    }
}
