package io.gantry.scheduler.deployment.core;

import io.gantry.contracts.event.ContainerEvent;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.spec.DeploymentSpec;
import io.gantry.contracts.spec.RestartPolicy;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.Observed;
import io.gantry.scheduler.deployment.core.Replica.Phase;
import io.gantry.scheduler.rollout.core.RolloutStep;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What facts about containers, people's wishes and the rollout's own steps make of a deployment. */
public final class DeploymentEvolution {
    private DeploymentEvolution() {}

    /** Facts about containers that are none of its replicas (any more) change nothing; so does a fact that comes twice. */
    public static Deployment evolve(Deployment deployment, ContainerEvent event, Instant now) {
        if (deployment.replica(event.id()).isEmpty()) {
            return deployment;
        }
        if (event instanceof ContainerEvent.Removed) {
            return removed(deployment, event, now);
        }
        if (deployment.spec().mode().isJob()) {
            return ofJob(deployment, event, now);
        }
        Deployment changed = deployment.with(event.id(), replica -> next(deployment, replica, event, now));
        return cameFurther(deployment, changed, event.id()) ? changed.withProgress(now) : changed;
    }

    /** A replica that is ready again after it had ended is no progress: else a crash loop would look like one. */
    private static boolean cameFurther(Deployment before, Deployment after, ContainerId id) {
        Replica replica = after.replica(id).orElseThrow();
        return replica.ready()
                && !before.replica(id).orElseThrow().ready()
                && replica.exits() == 0
                && after.original(replica.revision()) == after.original(after.revision());
    }

    /** What has run to its end is counted, and stays to be read; all else is as of any replica. */
    private static Deployment ofJob(Deployment deployment, ContainerEvent event, Instant now) {
        Replica replica = deployment.replica(event.id()).orElseThrow();
        Deployment changed = deployment.with(event.id(), each -> next(deployment, each, event, now));
        boolean failed = event instanceof ContainerEvent.Failed;
        if (!replica.active() || !failed && !(event instanceof ContainerEvent.Exited exited && !exited.restarting())) {
            return changed;
        }
        Deployment ended = changed.with(event.id(), each -> each.in(Phase.ENDED, now));
        if (replica.revision() != deployment.revision()) {
            return ended;
        }
        int slot = replica.slot();
        if (!failed && ((ContainerEvent.Exited) event).exitCode() == 0) {
            Map<Integer, BackOff> others = new TreeMap<>(deployment.backOffs());
            others.remove(slot);
            return ended.withRun(deployment.run().withDone(slot)).withBackOffs(others);
        }
        return backedOff(ended.withRun(deployment.run().withFailure(slot)), changed.replica(event.id()).orElseThrow(), now);
    }

    private static Deployment removed(Deployment deployment, ContainerEvent event, Instant now) {
        Replica gone = deployment.replica(event.id()).orElseThrow();
        if (gone.phase() != Phase.LEAVING && gone.phase() != Phase.ENDED) {
            return deployment.with(event.id(), each -> die(each, "REMOVED", "its container was removed", now));
        }
        List<Replica> rest = deployment.replicas().stream().filter(each -> each != gone).toList();
        return deployment.withReplicas(rest);
    }

    private static Replica next(Deployment deployment, Replica replica, ContainerEvent event, Instant now) {
        return switch (event) {
            case ContainerEvent.Placed(var id, var node, var nodeName, var spec, var name, var owner, var reasons) ->
                    replica.on(node).as("PLACED");
            case ContainerEvent.Unplaceable(var id, var reasons) ->
                    die(replica, "FAILED", "no node can take it: " + NodeReasons.summary(reasons), now);
            case ContainerEvent.Created _ -> replica.as("CREATED");
            case ContainerEvent.Started _ -> started(deployment, replica, now);
            case ContainerEvent.Readiness(var id, var node, var ready) -> readiness(replica, ready, now);
            case ContainerEvent.Exited exited -> exited(deployment, replica, exited, now);
            case ContainerEvent.Failed(var id, var node, var owner, var failure) -> die(replica, "FAILED", describe(failure), now);
            case ContainerEvent.Lost _ -> die(replica, "LOST", "its node was lost", now);
            case ContainerEvent.LifeChanged(var id, var life, var run) -> lifeChanged(replica, life, now);
            case ContainerEvent.Requested _, ContainerEvent.Renamed _, ContainerEvent.Updated _, ContainerEvent.NetworksChanged _, ContainerEvent.Signalled _, ContainerEvent.HealthChanged _,
                    ContainerEvent.Paused _, ContainerEvent.Unpaused _, ContainerEvent.Removed _, ContainerEvent.News _ -> replica;
        };
    }

    private static Replica started(Deployment deployment, Replica replica, Instant now) {
        Replica running = replica.as("RUNNING");
        return deployment.spec().template().readiness() == null ? readiness(running, true, now) : running;
    }

    private static Replica readiness(Replica replica, boolean ready, Instant now) {
        if (!replica.active()) {
            return replica;
        }
        return ready
                ? replica.in(Phase.READY, now).as("RUNNING").because(null)
                : replica.in(Phase.STARTING, now).because("its readiness probe or its health check fails, or it is paused");
    }

    /** The agent starts it again where somebody has asked for that, or its restart policy says so; else it is over. */
    private static Replica exited(Deployment deployment, Replica replica, ContainerEvent.Exited event, Instant now) {
        if (event.restarting()) {
            return replica.active() ? replica.in(Phase.STARTING, now).as("EXITED").because("it is started again, as somebody asked") : replica.as("EXITED");
        }
        String detail =
                switch (event.reason()) {
                    case OUT_OF_MEMORY -> "its container ran out of memory";
                    case SIGNALLED -> "its container was ended by signal " + (event.exitCode() - 128);
                    case UNHEALTHY -> "its health check failed";
                    case EXITED -> "its container exited with " + event.exitCode();
                    case null -> "its container exited with " + event.exitCode();
                };
        Replica exited = replica.exitedOnceMore();
        RestartPolicy policy = ReplicaSpec.restart(deployment.spec());
        if (!policy.restartsAfter(event.exitCode() != 0, replica.exits())) {
            return die(exited, "EXITED", detail, now);
        }
        return replica.active() ? exited.in(Phase.STARTING, now).as("EXITED").because(detail) : exited.as("EXITED");
    }

    private static Replica lifeChanged(Replica replica, Desired.Life life, Instant now) {
        return switch (life) {
            case STOPPED -> die(replica, "STOPPING", "its container was stopped", now);
            case REMOVED -> die(replica, "REMOVING", "its container was removed", now);
            case CREATED, RUNNING -> replica;
        };
    }

    private static Replica die(Replica replica, String state, String detail, Instant now) {
        return replica.phase() == Phase.LEAVING || replica.phase() == Phase.ENDED ? replica.as(state) : replica.in(Phase.DEAD, now).as(state).because(detail);
    }

    private static String describe(Observed.Failure failure) {
        return failure.hint() == null || failure.hint().isEmpty() ? failure.detail() : failure.detail() + "; " + failure.hint();
    }

    /** Applies what was decided. {@code Want} and {@code RollBack} need more than the step: see {@link #wanted}
     * and {@link #rolledBack}. */
    public static Deployment evolve(Deployment deployment, RolloutStep step, Instant now) {
        return switch (step) {
            case RolloutStep.Want _ -> throw new IllegalArgumentException("a wanted replica needs a container");
            case RolloutStep.Retire(var container, var why) -> {
                Deployment without = deployment.with(container, each -> each.in(Phase.RETIRING, now).because(why));
                // what comes in its place has the whole deadline from here, however long this one waited for the image
                yield deployment.replaces(deployment.replica(container).orElseThrow()) ? without.withProgress(now) : without;
            }
            case RolloutStep.Unwant(var container, var why) ->
                    waitingAfter(deployment, container, now).with(container, each -> each.in(Phase.LEAVING, now).because(why));
            case RolloutStep.Forget(var container) ->
                    waitingAfter(deployment, container, now)
                            .withReplicas(
                                    deployment.replicas().stream().filter(each -> !each.container().equals(container)).toList());
            case RolloutStep.Steady(var steady) -> deployment.withSteady(steady);
            case RolloutStep.Finish(var revision) -> deployment.withFinished(revision);
            case RolloutStep.Fail(var revision, var detail) -> deployment.withFailure(detail, revision);
            case RolloutStep.RollBack _ -> throw new IllegalArgumentException("rolling back needs the older revision's spec");
        };
    }

    /** The slot of a replica that died backs off; that of one whose node was lost doesn't: it isn't the replica's fault. */
    private static Deployment waitingAfter(Deployment deployment, ContainerId container, Instant now) {
        Replica gone = deployment.replica(container).orElseThrow();
        boolean ofWanted = deployment.original(gone.revision()) == deployment.original(deployment.revision());
        if (gone.phase() != Phase.DEAD || gone.state().equals("LOST") || !ofWanted) {
            return deployment;
        }
        return backedOff(deployment, gone, now);
    }

    private static Deployment backedOff(Deployment deployment, Replica dead, Instant now) {
        Map<Integer, BackOff> backOffs = new TreeMap<>(deployment.backOffs());
        backOffs.put(dead.slot(), BackOff.after(backOffs.get(dead.slot()), dead, now));
        return deployment.withBackOffs(backOffs);
    }

    public static Deployment wanted(Deployment deployment, Replica replica) {
        List<Replica> all = new ArrayList<>(deployment.replicas());
        all.add(replica);
        return deployment.withReplicas(all);
    }

    /** The nodes that it is for, by slot; nothing is waited for in a slot that no node has. */
    public static Deployment placed(Deployment deployment, Map<Integer, NodeId> places) {
        Map<Integer, BackOff> backOffs = new TreeMap<>(deployment.backOffs());
        backOffs.keySet().retainAll(places.keySet());
        Map<Integer, NodeId> same = new TreeMap<>(places);
        same.entrySet().retainAll(deployment.places().entrySet());
        // what has failed of a job was said of other nodes
        boolean over = deployment.spec().mode().isJob() && !places.equals(deployment.places());
        Deployment placed = deployment.withPlaces(places).withBackOffs(backOffs).withRun(deployment.run().only(same.keySet()));
        return over ? placed.withFailure(null, 0) : placed;
    }

    /** A rollout under way gets its whole time again. */
    public static Deployment scaled(Deployment deployment, int replicas, Instant now) {
        return deployment.withSpec(deployment.spec().withReplicas(replicas)).withSteady(false).withProgress(now);
    }

    /** A job is another than it was, and goes on with what is done of it: what was given up may be tried again. */
    public static Deployment asked(Deployment deployment, DeploymentSpec spec) {
        return deployment.withSpec(spec).withFailure(null, 0);
    }

    /** A new revision is wanted; what was said about a failed one before is over. */
    public static Deployment revised(Deployment deployment, int number, int original, DeploymentSpec spec, Instant now) {
        return deployment.withRevision(number, original, spec, now).withFailure(null, 0);
    }

    /** Back to how it was; the failure stays to be read. */
    public static Deployment rolledBack(Deployment deployment, int number, int original, DeploymentSpec spec, Instant now) {
        return deployment.withRevision(number, original, spec, now);
    }

    /** It went back by itself, and its ports are somebody else's by now. */
    public static Deployment leftWithoutPorts(Deployment deployment, String why) {
        String detail = "its ports are not as its spec says: " + why;
        return deployment.withFailure(deployment.failure() == null ? detail : deployment.failure() + "; " + detail, deployment.failed());
    }

    /** A node came or has room again: nobody waits any longer. */
    public static Deployment roomMade(Deployment deployment, Instant now) {
        Map<Integer, BackOff> over = new TreeMap<>();
        deployment.backOffs().forEach((slot, backOff) -> over.put(slot, backOff.over(now)));
        return deployment.withBackOffs(over);
    }
}
