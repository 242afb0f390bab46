package io.gantry.scheduler.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.event.ContainerEvent;
import io.gantry.contracts.event.DeploymentEvent;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.Ids;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.spec.DeploymentSpec;
import io.gantry.contracts.spec.Owner;
import io.gantry.contracts.state.Observed;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.MilliCpu;
import io.gantry.scheduler.deployment.core.Deployment;
import io.gantry.scheduler.deployment.core.DeploymentEvolution;
import io.gantry.scheduler.deployment.core.DeploymentWish;
import io.gantry.scheduler.deployment.core.Replica;
import io.gantry.scheduler.deployment.core.ReplicaSpec;
import io.gantry.scheduler.deployment.core.Revision;
import io.gantry.scheduler.node.core.Health;
import io.gantry.scheduler.node.core.NodeHealth;
import io.gantry.scheduler.placement.core.ClusterSnapshot;
import io.gantry.scheduler.placement.core.NodeCapacity;
import io.gantry.scheduler.placement.core.NodeTraits;
import io.gantry.scheduler.placement.core.PlacementDecision;
import io.gantry.scheduler.placement.core.PlacementRequest;
import io.gantry.scheduler.placement.core.Placer;
import io.gantry.scheduler.placement.core.Reservation;
import io.gantry.scheduler.rollout.core.Ahead;
import io.gantry.scheduler.rollout.core.NodeCondition;
import io.gantry.scheduler.rollout.core.PrefetchPlan;
import io.gantry.scheduler.rollout.core.Reconciliation;
import io.gantry.scheduler.rollout.core.RolloutStep;
import io.gantry.scheduler.rollout.core.Scene;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Scheduler cores and a played rest of the platform in one thread with one seed: hosts that beat, die and return; a Kafka that hangs;
 * facts that are late and come twice; containers that fail. After each event the invariants are checked.
 */
final class Cluster {
    private static final NodeHealth.Limits LIMITS = new NodeHealth.Limits(Duration.ofSeconds(3), Duration.ofSeconds(10));
    private static final long CPU = 4000;
    private static final Bytes MEMORY = Bytes.mebi(4096);

    private record Pending(Instant at, long order, Runnable what) {}

    private static final class Host {
        final NodeId id;
        final String name;
        boolean alive = true;
        boolean drained;
        Map<String, String> labels = Map.of();
        Health health = Health.READY;
        Instant lastHeard = Scene.START;
        Instant lastBeat = Scene.START;
        /** The revision whose image it was told to fetch ahead, 0 for none, and whether it has it. */
        int told;
        boolean fetched;

        Host(NodeId id, String name) {
            this.id = id;
            this.name = name;
        }

        NodeTraits traits() {
            return new NodeTraits(id, name, "amd64", null, labels);
        }
    }

    /** @param running its process exists on its host */
    private static final class Container {
        final ContainerId id;
        final Owner.Replica owner;
        final PlacementRequest request;
        NodeId node;
        boolean unwanted;
        boolean gone;

        Container(ContainerId id, Owner.Replica owner, PlacementRequest request) {
            this.id = id;
            this.owner = owner;
            this.request = request;
        }
    }

    private final Random random;
    private final boolean calm;
    private final boolean global;
    private final PriorityQueue<Pending> queue = new PriorityQueue<>(
            Comparator.comparing(Pending::at).thenComparing(Pending::order));
    private final Map<NodeId, Host> hosts = new TreeMap<>();
    private final Map<ContainerId, Container> containers = new TreeMap<>();
    private final Map<Container, Reservation> reserved = new LinkedHashMap<>();
    private final Map<Container, ContainerEvent.Requested> waiting = new LinkedHashMap<>();
    private final Map<ContainerId, Instant> lastDelivery = new TreeMap<>();
    private final Set<UUID> inbox = new HashSet<>();
    private final Map<Integer, Revision> revisions = new TreeMap<>();
    private Deployment deployment;
    private Instant now = Scene.START;
    private Instant listeningSince = Scene.START;
    private Instant kafkaHangsUntil = Scene.START;
    private Instant wokenFor;
    private Instant lastTold = Scene.START;
    private long order;
    private boolean faults = true;
    private int versions = 1;
    private boolean wasSteady;
    private int told;
    private int waitedForImages;
    private final Set<NodeId> served = new HashSet<>();

    /** @param global one replica on each node that isn't in the zone b, and nodes come into zones and leave them */
    Cluster(long seed, boolean calm, boolean global) {
        this.random = new Random(seed);
        this.calm = calm;
        this.global = global;
        int count = 2 + random.nextInt(4);
        for (int i = 0; i < count; i++) {
            NodeId id = new NodeId(Ids.of("node", now, random));
            hosts.put(id, new Host(id, "n" + i));
            at(random.nextInt(1000), () -> beat(id));
        }
        int unavailable = random.nextInt(2);
        DeploymentSpec replicated = Scene.spec(1 + random.nextInt(6), unavailable == 0 ? 1 + random.nextInt(2) : random.nextInt(3), unavailable);
        DeploymentSpec spec = global ? DeploymentSpec.global(Scene.templateOutside("b", 1), replicated.rollout(), null) : replicated;
        Scene scene = new Scene(random.nextInt(), spec);
        deployment = scene.deployment();
        revisions.putAll(scene.revisions());
        at(0, this::reconcile);
        at(500, this::watchNodes);
        at(3000, this::trouble);
    }

    /** Troubles for a while, then peace until all is as wanted. */
    void run(Duration trouble, Duration peace) {
        Instant end = now.plus(trouble);
        while (now.isBefore(end)) {
            step();
        }
        faults = false;
        hosts.values().forEach(host -> {
            revive(host);
            host.drained = false;
        });
        decideAgain();
        roomMade();
        Instant last = now.plus(peace);
        while (now.isBefore(last)) {
            step();
        }
        checkPeace();
    }

    private void step() {
        Pending next = queue.remove();
        now = next.at();
        next.what().run();
        checkAlways();
    }

    private void at(long millis, Runnable what) {
        queue.add(new Pending(now.plusMillis(millis), order++, what));
    }

    private boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    // the played platform

    private void beat(NodeId id) {
        Host host = hosts.get(id);
        at(1000, () -> beat(id));
        if (host.alive && !(faults && !calm && chance(0.2))) {
            host.lastBeat = now;
            queue.add(new Pending(arrival(50), order++, () -> heard(host)));
        }
    }

    /** Of something sent now: what is sent while Kafka hangs comes in afterwards. */
    private Instant arrival(int latestMillis) {
        Instant from = kafkaHangsUntil.isAfter(now) ? kafkaHangsUntil : now;
        return from.plusMillis(1 + random.nextInt(latestMillis));
    }

    private void trouble() {
        at(2000 + random.nextInt(15_000), this::trouble);
        if (!faults) {
            return;
        }
        Host host = List.copyOf(hosts.values()).get(random.nextInt(hosts.size()));
        switch (calm ? 5 + random.nextInt(4) : random.nextInt(10)) {
            case 0 -> host.alive = false;
            case 1 -> revive(host);
            case 2 -> restartScheduler();
            case 3 -> crashOne();
            case 4 -> wish(new DeploymentWish.Scale(random.nextInt(8)));
            case 5, 6 -> {
                versions++;
                wish(new DeploymentWish.Become(
                        deployment.spec().withTemplate(global ? Scene.templateOutside("b", versions) : Scene.template(versions)), Scene.image(versions), "test"));
            }
            case 7 -> {
                if (global && random.nextBoolean()) {
                    host.labels = Map.of("zone", random.nextBoolean() ? "a" : "b");
                    decideAgain();
                    roomMade();
                    return;
                }
                host.drained = !host.drained && hosts.values().stream().filter(each -> !each.drained).count() > 1;
                decideAgain();
                roomMade();
            }
            case 8 -> kafkaHangsUntil = now.plusMillis(random.nextInt(25_000));
            default -> wish(new DeploymentWish.RollBack(null));
        }
    }

    private void revive(Host host) {
        host.alive = true;
        for (Container container : containers.values()) {
            if (host.id.equals(container.node) && !container.gone) {
                if (container.unwanted) {
                    remove(container);
                } else {
                    startSoon(container);
                }
            }
        }
    }

    private void crashOne() {
        List<Container> running = containers.values().stream().filter(each -> each.node != null && !each.gone && !each.unwanted).toList();
        if (!running.isEmpty()) {
            Container container = running.get(random.nextInt(running.size()));
            say(new ContainerEvent.Exited(container.id, container.node, container.owner, 1, 1, Observed.ExitReason.EXITED, now, null));
            at(1000, () -> becomeReady(container));
        }
    }

    /** Facts of one container arrive in order, late, and sometimes twice. */
    private void say(ContainerEvent event) {
        UUID id = Ids.uuid7(now, random);
        Instant earliest = lastDelivery.getOrDefault(event.id(), now);
        Instant arrival = arrival(60);
        Instant delivery = arrival.isBefore(earliest) ? earliest : arrival;
        lastDelivery.put(event.id(), delivery);
        queue.add(new Pending(delivery, order++, () -> consume(id, event)));
        if (chance(0.2)) {
            queue.add(new Pending(delivery.plusMillis(random.nextInt(5000)), order++, () -> consume(id, event)));
        }
    }

    /** Facts of the deployment arrive in order, too. */
    private void tell(DeploymentEvent event) {
        Instant arrival = arrival(20);
        lastTold = arrival.isBefore(lastTold) ? lastTold : arrival;
        queue.add(new Pending(lastTold, order++, () -> react(event)));
    }

    private void react(DeploymentEvent event) {
        switch (event) {
            case DeploymentEvent.ContainerWanted wanted -> {
                Container container = new Container(
                        wanted.container(), (Owner.Replica) wanted.owner(),
                        PlacementRequest.of(wanted.spec(), wanted.image(), wanted.owner()));
                containers.put(container.id, container);
                say(new ContainerEvent.Requested(
                        container.id, "default", wanted.name(), wanted.owner(), wanted.spec(), wanted.image(), null));
            }
            case DeploymentEvent.ContainerUnwanted(var id, var container) -> {
                Container unwanted = containers.get(container);
                unwanted.unwanted = true;
                if (unwanted.node == null || hosts.get(unwanted.node).alive) {
                    remove(unwanted);
                }
            }
            default -> {}
        }
    }

    private void remove(Container container) {
        at(10 + random.nextInt(500), () -> {
            if (!container.gone && (container.node == null || hosts.get(container.node).alive)) {
                container.gone = true;
                say(new ContainerEvent.Removed(container.id, container.node, container.owner));
            }
        });
    }

    private void start(Container container) {
        if (faults && !calm && chance(0.1)) {
            say(new ContainerEvent.Failed(container.id, container.node, container.owner, new Observed.Failure("exec", 2, "no such file", "")));
            return;
        }
        say(new ContainerEvent.Started(container.id, container.node, 1, now));
        at(100 + random.nextInt(2000), () -> becomeReady(container));
    }

    /** Every fourth version is broken: it never becomes ready. */
    private void becomeReady(Container container) {
        String version = revisions.get(container.owner.revision()).spec().template().image().tag().orElseThrow();
        if (Integer.parseInt(version) % 4 != 3 && !container.gone && hosts.get(container.node).alive) {
            say(new ContainerEvent.Readiness(container.id, container.node, true));
        }
    }

    // scheduler-service's own part, without database and Kafka

    private void consume(UUID id, ContainerEvent event) {
        if (!inbox.add(id)) {
            return;
        }
        Container container = containers.get(event.id());
        switch (event) {
            case ContainerEvent.Requested requested -> place(container, requested);
            case ContainerEvent.Removed _ -> {
                reserved.remove(container);
                waiting.remove(container);
            }
            default -> reserved.computeIfPresent(container, (_, reservation) -> reservation.after(event));
        }
        Deployment after = DeploymentEvolution.evolve(deployment, event, now);
        deployment = event instanceof ContainerEvent.Removed ? DeploymentEvolution.roomMade(after, now) : after;
        reconcile();
    }

    private void place(Container container, ContainerEvent.Requested requested) {
        PlacementDecision decision = Placer.place(new ClusterSnapshot(hosts.values().stream().map(this::capacity).toList()), container.request);
        assertThat(decision.reasons()).hasSize(hosts.size()).allSatisfy((_, reason) -> assertThat(reason).isNotBlank());
        waiting.remove(container);
        switch (decision) {
            case PlacementDecision.NoNode(var reasons) -> say(new ContainerEvent.Unplaceable(container.id, reasons));
            case PlacementDecision.Wait _ -> waiting.put(container, requested);
            case PlacementDecision.Placement(var node, var reasons) -> {
                assertThat(container.node).as("placed twice").isNull();
                container.node = node.id();
                reserved.put(container, Reservation.placed(requested.spec().restart()));
                say(new ContainerEvent.Placed(
                        container.id, node.id(), node.name(), requested.spec(), requested.name(), requested.owner(), reasons));
                startSoon(container);
            }
        }
    }

    /** Its agent sees that it shall run: when it was placed, and again when the agent is back. */
    private void startSoon(Container container) {
        at(20 + random.nextInt(300), () -> {
            if (!container.unwanted && hosts.get(container.node).alive) {
                start(container);
            }
        });
    }

    private NodeCapacity capacity(Host host) {
        List<Container> here = reserved.keySet().stream()
                .filter(each -> host.id.equals(each.node) && reserved.get(each).active())
                .toList();
        return new NodeCapacity(
                host.traits(), host.health, host.drained, 1, new MilliCpu(CPU), MEMORY, MilliCpu.ZERO,
                new Bytes(here.stream().mapToLong(each -> each.request.memory().value()).sum()), 0, here.size(), here.size(), 0);
    }

    private void heard(Host host) {
        Instant ofAny = hosts.values().stream().map(each -> each.lastHeard).max(Instant::compareTo).orElse(null);
        listeningSince = NodeHealth.listeningSince(listeningSince, ofAny, LIMITS, now);
        host.lastHeard = now;
        if (host.health != Health.READY) {
            host.health = Health.READY;
            decideAgain();
            roomMade();
        }
    }

    /** A node has changed. */
    private void decideAgain() {
        Map.copyOf(waiting).keySet().stream().sorted(Comparator.comparing(each -> each.id)).forEach(each -> place(each, waiting.get(each)));
    }

    private void watchNodes() {
        at(250, this::watchNodes);
        List<NodeHealth.Heard> heard = hosts.values().stream().map(each -> new NodeHealth.Heard(each.id, each.health, each.lastHeard)).toList();
        for (NodeHealth.Turn turn : NodeHealth.decide(heard, listeningSince, LIMITS, now).turns()) {
            Host host = hosts.get(turn.id());
            assertThat(turn.to() != Health.LOST || !host.lastBeat.plusSeconds(9).isAfter(now)).as("lost though it beats").isTrue();
            host.health = turn.to();
            decideAgain();
            if (turn.to() == Health.LOST) {
                containers.values().stream().filter(each -> host.id.equals(each.node) && !each.gone).forEach(each ->
                        say(new ContainerEvent.Lost(each.id, host.id, each.owner)));
            }
            reconcile();
        }
    }

    private void restartScheduler() {
        listeningSince = now;
        hosts.values().forEach(host -> host.lastHeard = Instant.EPOCH);
        reconcile();
    }

    private void roomMade() {
        deployment = DeploymentEvolution.roomMade(deployment, now);
        reconcile();
    }

    private void wish(DeploymentWish wish) {
        if (DeploymentWish.decide(deployment, revisions, wish, now) instanceof DeploymentWish.Answer.Granted granted) {
            granted.made().forEach(revision -> revisions.put(revision.number(), revision));
            deployment = granted.deployment();
            reconcile();
        }
    }

    private void reconcile() {
        Map<NodeId, NodeCondition> nodes = new TreeMap<>();
        hosts.values().forEach(host -> nodes.put(host.id, new NodeCondition(host.traits(), host.health, host.drained)));
        tellToFetchAhead();
        Deployment before = deployment;
        Reconciliation outcome = Reconciliation.of(deployment, nodes, ahead(), revisions, now, random);
        deployment = outcome.after();
        outcome.made().forEach(revision -> revisions.put(revision.number(), revision));
        checkSteps(outcome.steps());
        checkImages(before, outcome.steps());
        outcome.events().forEach(this::tell);
        if (outcome.due() != null && !outcome.due().equals(wokenFor)) {
            wokenFor = outcome.due();
            queue.add(new Pending(outcome.due(), order++, this::reconcile));
        }
        wasSteady |= deployment.steady();
    }

    /** Once for each revision, when its rollout begins. */
    private void tellToFetchAhead() {
        if (!PrefetchPlan.isDue(deployment) || told == deployment.revision()) {
            return;
        }
        told = deployment.revision();
        Revision wanted = revisions.get(told);
        PlacementRequest request = PlacementRequest.of(ReplicaSpec.of(wanted.spec()), wanted.image(), new Owner.Replica(deployment.id(), deployment.name(), told, 0));
        hosts.values().forEach(host -> host.told = 0);
        PrefetchPlan.nodes(deployment, request, new ClusterSnapshot(hosts.values().stream().map(this::capacity).toList())).forEach(id -> {
            Host host = hosts.get(id);
            host.told = told;
            host.fetched = false;
            fetch(host, told, 500 + random.nextInt(90_000));
        });
    }

    private void fetch(Host host, int revision, int millis) {
        at(millis, () -> {
            if (host.told != revision) {
                return;
            }
            if (!host.alive) {
                fetch(host, revision, 1000);
                return;
            }
            host.fetched = true;
            reconcile();
        });
    }

    private Ahead ahead() {
        return told == 0
                ? Ahead.NONE
                : new Ahead(told, revisions.get(told).createdAt(), hosts.values().stream().filter(host -> host.told == told && !host.fetched).map(host -> host.id).collect(Collectors.toSet()));
    }

    // invariants

    /** None is replaced by one that would wait for its image longer than nodes may take for it. */
    private void checkImages(Deployment before, List<RolloutStep> steps) {
        boolean longEnough = !revisions.get(before.revision()).createdAt().plus(before.spec().rollout().progressDeadline().dividedBy(2)).isAfter(now);
        if (longEnough || steps.stream().anyMatch(RolloutStep.RollBack.class::isInstance)) {
            return;
        }
        List<Host> fetching = hosts.values().stream().filter(host -> host.told == before.revision() && !host.fetched && host.health == Health.READY && !host.drained).toList();
        for (RolloutStep step : steps) {
            if (step instanceof RolloutStep.Retire(var container, var why) && why.endsWith("takes its place")) {
                Replica replica = before.replica(container).orElseThrow();
                long others = before.replicas().stream().filter(each -> each != replica && each.ready() && hosts.get(each.node()).health == Health.READY).count();
                boolean replaced = global
                        ? before.replicas().stream().anyMatch(each -> each != replica && each.ready() && each.slot() == replica.slot()) || !deployment.slots().contains(replica.slot())
                        : others >= before.wanted();
                if (!replaced) {
                    waitedForImages++;
                    assertThat(fetching).as("fetching the image of what shall replace %s", replica.name()).noneMatch(host -> !global || host.id.equals(replica.node()));
                }
            }
        }
    }

    /** How many replicas left before another came in their place, and with its image there. */
    int waitedForImages() {
        return waitedForImages;
    }

    private void checkSteps(List<RolloutStep> steps) {
        int wanted = deployment.wanted();
        List<Replica> active = deployment.replicas().stream().filter(Replica::active).toList();
        if (steps.stream().anyMatch(RolloutStep.Want.class::isInstance)) {
            assertThat(active.size()).as("active replicas after wanting more").isLessThanOrEqualTo(wanted + deployment.spec().rollout().maxSurge());
        }
        if (!global && steps.stream().anyMatch(RolloutStep.Retire.class::isInstance)) {
            long serving = active.stream().filter(each -> each.ready() && hosts.get(each.node()).health == Health.READY).count();
            assertThat(serving).as("serving after retiring").isGreaterThanOrEqualTo(wanted - deployment.spec().rollout().maxUnavailable());
        }
    }

    private void checkAlways() {
        for (Host host : hosts.values()) {
            if (capacity(host).requestedMemory().compareTo(MEMORY) > 0) {
                throw new AssertionError("more requested of " + host.name + " than it has: " + capacity(host));
            }
        }
        if (calm && global) {
            checkServed();
        }
        if (calm && wasSteady && !global) {
            long ready = deployment.replicas().stream().filter(Replica::ready).count();
            if (ready < deployment.wanted() - deployment.spec().rollout().maxUnavailable()) {
                throw new AssertionError("only " + ready + " ready while nothing breaks: " + deployment.replicas());
            }
        }
    }

    /** While nothing breaks, nodes that were served and are still meant stay so, but for as many as may be unavailable. */
    private void checkServed() {
        Set<NodeId> ready = deployment.replicas().stream().filter(Replica::ready).map(Replica::node).collect(Collectors.toSet());
        served.retainAll(deployment.places().values());
        deployment.places().values().stream().filter(ready::contains).forEach(served::add);
        long without = served.stream().filter(node -> !ready.contains(node)).count();
        assertThat(without).as("nodes without a replica while nothing breaks: %s", deployment.replicas()).isLessThanOrEqualTo(deployment.spec().rollout().maxUnavailable());
    }

    /** Each node that it is for has one, and no other has any. */
    private void checkNodes() {
        List<NodeId> meant = hosts.values().stream().filter(host -> !"b".equals(host.labels.get("zone"))).map(host -> host.id).toList();
        assertThat(deployment.replicas().stream().map(Replica::node).toList()).as("nodes with a replica").containsExactlyInAnyOrderElementsOf(meant);
    }

    private void checkPeace() {
        List<String> left = new ArrayList<>();
        deployment.replicas().forEach(replica -> left.add(replica.name() + " " + replica.phase() + " " + replica.detail()));
        assertThat(deployment.steady()).as("steady in the end: %s %s %s", deployment.status(), deployment.failure(), left).isTrue();
        if (global) {
            checkNodes();
        }
        assertThat(deployment.replicas()).hasSize(deployment.wanted()).allMatch(Replica::ready);
        assertThat(deployment.rollingOut() && deployment.wanted() > 0).as("still rolling out").isFalse();
        assertThat(reserved).hasSize(deployment.wanted());
        assertThat(waiting).isEmpty();
        assertThat(containers.values().stream().filter(each -> !each.gone).count()).isEqualTo(deployment.wanted());
    }
}
