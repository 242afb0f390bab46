package io.gantry.scheduler.rollout.core;

import io.gantry.contracts.event.ContainerEvent;
import io.gantry.contracts.event.DeploymentEvent;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.DeploymentId;
import io.gantry.contracts.id.Ids;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.DeploymentSpec;
import io.gantry.contracts.spec.ImageConfig;
import io.gantry.contracts.spec.NodeConstraint;
import io.gantry.contracts.spec.Probe;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.Observed;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.scheduler.deployment.core.Deployment;
import io.gantry.scheduler.deployment.core.DeploymentEvolution;
import io.gantry.scheduler.deployment.core.DeploymentWish;
import io.gantry.scheduler.deployment.core.Replica;
import io.gantry.scheduler.deployment.core.Revision;
import io.gantry.scheduler.node.core.Health;
import io.gantry.scheduler.placement.core.NodeTraits;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/** A deployment, its nodes and a clock, moved by hand; keeps a readable record of what was decided when. */
public final class Scene {
    public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private final Random random;
    private final Map<NodeId, NodeCondition> nodes = new TreeMap<>();
    private final Map<Integer, Revision> revisions = new TreeMap<>();
    private final List<String> story = new ArrayList<>();
    private final List<DeploymentEvent> events = new ArrayList<>();
    private final Map<ContainerId, String> names = new TreeMap<>();
    private Deployment deployment;
    private Ahead ahead = Ahead.NONE;
    private Instant now = START;
    private Instant due;

    public Scene(int seed, DeploymentSpec spec) {
        random = new Random(seed);
        revisions.put(1, new Revision(1, spec, image(1), "created", now));
        deployment = Deployment.created(
                new DeploymentId(Ids.of("deployment", START, random)), "default", "web", spec, START);
    }

    public static DeploymentSpec spec(int replicas, int surge, int unavailable) {
        return new DeploymentSpec(replicas, template(1),
                new DeploymentSpec.Rollout(surge, unavailable, Duration.ofSeconds(120), Duration.ofSeconds(2)));
    }

    public static ContainerSpec template(int version) {
        return ContainerSpec.from(ImageRef.parse("shop/web:" + version)).readiness(Probe.http(80, "/")).build();
    }

    /** For nodes that aren't in that zone. */
    public static ContainerSpec templateOutside(String zone, int version) {
        return template(version).but().constraints(List.of(NodeConstraint.isNot("node.labels.zone", zone))).build();
    }

    public static ResolvedImage image(int version) {
        Digest digest = Digest.ofHex("%064x".formatted(version));
        return new ResolvedImage(
                ImageRef.parse("shop/web:" + version), digest, digest, ImageConfig.EMPTY, List.of(), "amd64", Bytes.mebi(1), START);
    }

    public NodeId node(String name) {
        return node(name, Map.of());
    }

    public NodeId node(String name, Map<String, String> labels) {
        NodeId id = new NodeId(Ids.of("node", START, random));
        nodes.put(id, new NodeCondition(new NodeTraits(id, name, "amd64", null, labels), Health.READY, false));
        return id;
    }

    /** Its agent was started anew with other labels. */
    public Scene label(NodeId node, Map<String, String> labels) {
        nodes.computeIfPresent(node, (_, old) -> new NodeCondition(new NodeTraits(node, old.name(), "amd64", null, labels), old.health(), old.drained()));
        story.add("-- node " + nodes.get(node).name() + ": labels " + labels);
        return reconcile();
    }

    public Scene set(NodeId node, Health health, boolean drained) {
        nodes.computeIfPresent(node, (_, old) -> new NodeCondition(old.traits(), health, drained));
        story.add("-- node " + nodes.get(node).name() + ": " + health + (drained ? ", drained" : ""));
        return reconcile();
    }

    public Scene after(Duration duration) {
        now = now.plus(duration);
        return reconcile();
    }

    /** From now on those nodes still fetch the image of that revision ahead; all others that were told are done. */
    public Scene fetchingAhead(int revision, NodeId... on) {
        ahead = new Ahead(revision, ahead.revision() == revision ? ahead.since() : now, Set.of(on));
        story.add("-- fetching r" + revision + " ahead: " + ahead.coming().stream().map(node -> nodes.get(node).name()).sorted().toList());
        return this;
    }

    /** Goes to the moment that was asked for. */
    public Scene whenDue() {
        now = due;
        return reconcile();
    }

    public Scene wish(DeploymentWish wish) {
        switch (DeploymentWish.decide(deployment, revisions, wish, now)) {
            case DeploymentWish.Answer.Granted(var changed, var made, var facts) -> {
                made.forEach(revision -> revisions.put(revision.number(), revision));
                deployment = changed;
                events.addAll(facts);
                story.add("-- " + wish.getClass().getSimpleName());
            }
            case DeploymentWish.Answer.Refused(var refusal) -> story.add("-- refused: " + refusal.detail());
        }
        return reconcile();
    }

    public Scene become(int version) {
        return wish(new DeploymentWish.Become(deployment.spec().withTemplate(deployment.spec().template().but().image(image(version).reference()).build()), image(version), "test"));
    }

    public Scene tell(ContainerEvent event) {
        deployment = DeploymentEvolution.evolve(deployment, event, now);
        return reconcile();
    }

    /** All that start are placed on {@code where} in turn, and become ready. */
    public Scene allReady(NodeId... where) {
        int next = 0;
        for (Replica replica : starting()) {
            place(replica.container(), where[next++ % where.length]);
            ready(replica.container());
        }
        return this;
    }

    public Scene place(ContainerId container, NodeId node) {
        Replica replica = deployment.replica(container).orElseThrow();
        deployment = DeploymentEvolution.evolve(
                deployment,
                new ContainerEvent.Placed(container, node, nodes.get(node).name(), template(1), replica.name(), null, Map.of()),
                now);
        return this;
    }

    public Scene ready(ContainerId container) {
        NodeId node = deployment.replica(container).orElseThrow().node();
        story.add("-- ready: " + names.get(container));
        tell(new ContainerEvent.Started(container, node, 1, now));
        return tell(new ContainerEvent.Readiness(container, node, true));
    }

    /** Placed there, and running. */
    public Scene run(Replica replica, NodeId node) {
        place(replica.container(), node);
        return tell(new ContainerEvent.Started(replica.container(), node, 1, now));
    }

    public Scene exit(Replica replica, int code) {
        NodeId node = deployment.replica(replica.container()).orElseThrow().node();
        return tell(new ContainerEvent.Exited(replica.container(), node, null, 1, code, Observed.ExitReason.EXITED, now, null));
    }

    /** Somebody has it started anew: its node ends it for that. */
    public Scene exitToRunAgain(Replica replica) {
        NodeId node = deployment.replica(replica.container()).orElseThrow().node();
        tell(new ContainerEvent.LifeChanged(replica.container(), Desired.Life.RUNNING, 2));
        return tell(new ContainerEvent.Exited(replica.container(), node, null, 1, 143, Observed.ExitReason.SIGNALLED, now, null, true));
    }

    public Scene fail(ContainerId container) {
        Replica replica = deployment.replica(container).orElseThrow();
        story.add("-- failed: " + names.get(container));
        return tell(new ContainerEvent.Failed(
                container, replica.node(), null, new Observed.Failure("exec", 2, "/bin/web does not exist in the image", "")));
    }

    public Scene reconcile() {
        Reconciliation outcome = Reconciliation.of(deployment, nodes, ahead, revisions, now, random);
        outcome.made().forEach(revision -> revisions.put(revision.number(), revision));
        for (Replica replica : outcome.after().replicas()) {
            names.putIfAbsent(replica.container(), "%s-%d r%d".formatted("web", replica.slot(), replica.revision()));
        }
        outcome.steps().forEach(step -> story.add(print(step)));
        deployment = outcome.after();
        events.addAll(outcome.events());
        due = outcome.due();
        return this;
    }

    private String print(RolloutStep step) {
        String at = "%4d s  ".formatted(Duration.between(START, now).toSeconds());
        return at + switch (step) {
            case RolloutStep.Want(var slot, var revision) -> "want web-" + slot + " r" + revision;
            case RolloutStep.Retire(var container, var why) -> "retire " + names.get(container) + ": " + why;
            case RolloutStep.Unwant(var container, var why) -> "remove " + names.get(container) + ": " + why;
            case RolloutStep.Forget(var container) -> "forget " + names.get(container);
            case RolloutStep.Steady(var steady) -> steady ? "steady" : "not steady";
            case RolloutStep.Finish(var revision) -> "finished revision " + revision;
            case RolloutStep.Fail(var revision, var detail) -> "failed " + detail;
            case RolloutStep.RollBack(var from, var to, var number) -> "back from " + from + " to " + to + " as revision " + number;
        };
    }

    public String story() {
        return String.join("\n", story) + "\n";
    }

    public List<Replica> starting() {
        return matching(replica -> replica.phase() == Replica.Phase.STARTING);
    }

    public List<Replica> matching(Predicate<Replica> which) {
        return deployment.replicas().stream().filter(which).toList();
    }

    public Deployment deployment() {
        return deployment;
    }

    public List<DeploymentEvent> events() {
        return events;
    }

    public Map<NodeId, NodeCondition> nodes() {
        return nodes;
    }

    public Map<Integer, Revision> revisions() {
        return revisions;
    }

    public Instant now() {
        return now;
    }

    public Instant due() {
        return due;
    }

    public Random random() {
        return random;
    }
}
