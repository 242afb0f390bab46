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
 * @param places the node that each slot of a deployment on each node is for; empty of any other
 * @param run how far a job is; nothing of any other
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
        JobRun run,
        @JsonIgnore List<Replica> replicas) {
    public Deployment {
        alike = new TreeMap<>(alike);
        backOffs = new TreeMap<>(backOffs);
        // what was written before there were global ones has none
        places = places == null ? Map.of() : new TreeMap<>(places);
        run = run == null ? JobRun.NONE : run;
        replicas = replicas == null ? List.of() : List.copyOf(replicas);
    }

    public static Deployment created(DeploymentId id, String project, String name, DeploymentSpec spec, Instant now) {
        return new Deployment(id, project, name, spec, 1, 0, Map.of(1, 1), null, 0, false, now, Map.of(), Map.of(), JobRun.NONE, List.of());
    }

    /** The number of the oldest revision equal to {@code number}. */
    public int original(int number) {
        return alike.getOrDefault(number, number);
    }

    public boolean rollingOut() {
        return revision != finished;
    }

    public Status status() {
        if (failure != null) {
            return Status.FAILED;
        }
        if (spec.mode().isJob()) {
            return isComplete() ? Status.COMPLETE : Status.RUNNING;
        }
        return isSettled() ? Status.STEADY : Status.ROLLING;
    }

    /** It was concluded that all is as wanted, and is still so: that a replica isn't ready any more is known some moments before anything is concluded from it. */
    private boolean isSettled() {
        return steady && readyCount() >= wanted();
    }

    /** All of a job has ended well; of nothing at all nothing has. */
    public boolean isComplete() {
        return wanted() > 0 && run.done().containsAll(slots());
    }

    /** Each shall have one replica, or of a job have had one that ended well. */
    public Set<Integer> slots() {
        return switch (spec.mode()) {
            case REPLICATED, JOB -> IntStream.range(0, spec.asked()).boxed().collect(Collectors.toCollection(TreeSet::new));
            case GLOBAL, GLOBAL_JOB -> places.keySet();
        };
    }

    /** How many replicas there shall be. */
    public int wanted() {
        return switch (spec.mode()) {
            case REPLICATED, JOB -> spec.asked();
            case GLOBAL, GLOBAL_JOB -> places.size();
        };
    }

    /** Slots of a job that have ended well; none of any other. */
    public List<Integer> completed() {
        return run.done().stream().filter(slots()::contains).toList();
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
        if (spec.mode().isJob() ? isComplete() : isSettled()) {
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
        String progress = spec.mode().isJob()
                ? "%d of %d have ended well, %d run".formatted(completed().size(), wanted(), readyCount())
                : "%d of %d replicas of revision %d are ready".formatted(readyCount(), wanted(), revision);
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
                id, project, name, spec, revision, finished, alike, failure, failed, steady, progressAt, backOffs, places, run, others);
    }

    Deployment with(ContainerId container, UnaryOperator<Replica> change) {
        return withReplicas(
                replicas.stream().map(each -> each.container().equals(container) ? change.apply(each) : each).toList());
    }

    Deployment withSpec(DeploymentSpec other) {
        return new Deployment(
                id, project, name, other, revision, finished, alike, failure, failed, steady, progressAt, backOffs, places, run, replicas);
    }

    Deployment withBackOffs(Map<Integer, BackOff> others) {
        return new Deployment(
                id, project, name, spec, revision, finished, alike, failure, failed, steady, progressAt, others, places, run, replicas);
    }

    Deployment withPlaces(Map<Integer, NodeId> others) {
        return new Deployment(
                id, project, name, spec, revision, finished, alike, failure, failed, steady, progressAt, backOffs, others, run, replicas);
    }

    Deployment withRun(JobRun other) {
        return new Deployment(
                id, project, name, spec, revision, finished, alike, failure, failed, steady, progressAt, backOffs, places, other, replicas);
    }

    Deployment withSteady(boolean now) {
        return new Deployment(
                id, project, name, spec, revision, finished, alike, failure, failed, now, progressAt, backOffs, places, run, replicas);
    }

    Deployment withFinished(int number) {
        return new Deployment(
                id, project, name, spec, revision, number, alike, failed == number ? null : failure, failed == number ? 0 : failed,
                steady, progressAt, backOffs, places, run, replicas);
    }

    Deployment withFailure(String detail, int number) {
        return new Deployment(
                id, project, name, spec, revision, finished, alike, detail, number, steady, progressAt, backOffs, places, run, replicas);
    }

    /** Whether it is of another revision than the one that is wanted. */
    public boolean replaces(Replica replica) {
        return original(replica.revision()) != original(revision);
    }

    Deployment withProgress(Instant now) {
        return new Deployment(
                id, project, name, spec, revision, finished, alike, failure, failed, steady, now, backOffs, places, run, replicas);
    }

    Deployment withRevision(int number, int original, DeploymentSpec other, Instant now) {
        Map<Integer, Integer> more = new TreeMap<>(alike);
        more.put(number, original);
        return new Deployment(
                id, project, name, other, number, finished, more, failure, failed, false, now, Map.of(), places, JobRun.NONE, replicas);
    }
}
