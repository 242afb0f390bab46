package io.gantry.scheduler.node.stream;

import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.state.Observed;
import io.gantry.kit.stream.KafkaLink;
import io.gantry.kit.time.World;
import io.gantry.scheduler.EventLoop;
import io.gantry.scheduler.node.core.Health;
import io.gantry.scheduler.node.core.Node;
import io.gantry.scheduler.node.core.NodeChanged;
import io.gantry.scheduler.node.core.NodeHealth;
import io.gantry.scheduler.node.store.NodeStore;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.Startup;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Listens to all nodes' heartbeats. When each was last heard is kept in memory and written once a minute; only what changes is committed.
 * One thread waits for heartbeats, and at most until the next node is due. Before silence counts against a node, Kafka must answer and
 * all it has be read: while it doesn't answer we are deaf, and nobody is suspect.
 */
@Singleton
@Startup
public class NodeWatch {
    private static final Logger LOG = Logger.getLogger(NodeWatch.class);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);
    private static final Duration RETRY = Duration.ofMillis(200);
    private static final Duration LATE = Duration.ofSeconds(1);
    private static final Duration NOTE_EVERY = Duration.ofMinutes(1);
    private static final long COMMIT_SECONDS = 20;

    private final Heartbeats heartbeats;
    private final NodeStore store;
    private final EventLoop loop;
    private final World world;
    private final Event<NodeChanged> changes;
    private final NodeHealth.Limits limits;
    private final Thread thread = Thread.ofPlatform().name("scheduler-heartbeats").daemon().unstarted(this::run);
    private final Map<NodeId, Instant> lastHeard = new ConcurrentHashMap<>();
    private final Map<NodeId, Node> known = new HashMap<>();
    private Instant listeningSince;
    private Instant notedAt;
    private boolean deaf;
    private volatile boolean closed;

    @Inject
    NodeWatch(
            KafkaLink kafka,
            NodeStore store,
            EventLoop loop,
            World world,
            Event<NodeChanged> changes,
            @ConfigProperty(name = "gantry.node.suspect") Duration suspect,
            @ConfigProperty(name = "gantry.node.lost") Duration lost) {
        this.heartbeats = new Heartbeats(kafka.reader(), world);
        this.store = store;
        this.loop = loop;
        this.world = world;
        this.changes = changes;
        this.limits = new NodeHealth.Limits(suspect, lost);
    }

    @PostConstruct
    void start() {
        thread.start();
    }

    /** Before the database goes. */
    void stop(@Observes ShutdownEvent end) throws InterruptedException {
        closed = true;
        heartbeats.wakeUp();
        thread.join(Duration.ofSeconds(5));
    }

    /** When this process last heard it; empty if it never did. */
    public Optional<Instant> lastHeard(NodeId id) {
        return Optional.ofNullable(lastHeard.get(id));
    }

    private void run() {
        try (heartbeats) {
            heartbeats.begin();
            Duration wait = RETRY;
            listeningSince = notedAt = world.now();
            while (!closed) {
                wait = listen(wait);
            }
        } catch (WakeupException | InterruptException e) {
            LOG.debug("heartbeats are no longer listened to");
        }
    }

    /** Whatever goes wrong once, the nodes are listened to again: nobody else decides on their health. */
    private Duration listen(Duration wait) {
        try {
            Instant before = world.now();
            List<Observed.Node> heard = heartbeats.next(wait);
            listenAnewIfLate(before.plus(wait));
            return turn(heard);
        } catch (WakeupException | InterruptException e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.error("heartbeats are listened to anew", e);
            listeningSince = world.now();
            known.clear();
            LockSupport.parkNanos(RETRY.toNanos());
            return RETRY;
        }
    }

    /** @return how long to wait for the next heartbeat */
    private Duration turn(List<Observed.Node> heard) {
        try {
            Instant begun = world.now();
            if (known.isEmpty()) {
                commit(store::all).forEach(node -> known.put(node.id(), node));
            }
            take(heard);
            listenAnewIfLate(begun);
            if (deaf || decide().turns().stream().anyMatch(turn -> turn.to() != Health.READY)) {
                Heartbeats.Rest rest = heartbeats.rest();
                take(rest.heard());
                boolean wasDeaf = deaf;
                deaf = !rest.complete();
                if (deaf || wasDeaf) {
                    listeningSince = world.now();
                }
            }
            NodeHealth.Decision decision = decide();
            apply(decision.turns());
            noteLastSeen();
            listenAnewIfLate(begun);
            return deaf ? RETRY : until(decision.next());
        } catch (ExecutionException | TimeoutException e) {
            LOG.warnf("nodes can't be written yet: %s", e.getMessage());
            listeningSince = world.now();
            known.clear();
            return RETRY;
        } catch (InterruptedException e) {
            closed = true;
            return RETRY;
        }
    }

    /** What took us so long that we couldn't listen is not the nodes' silence. */
    private void listenAnewIfLate(Instant expected) {
        Instant now = world.now();
        if (expected.plus(LATE).isBefore(now)) {
            listeningSince = now;
        }
    }

    private Duration until(Instant next) {
        Instant now = world.now();
        return next == null || next.isAfter(now.plus(LONGEST_WAIT))
                ? LONGEST_WAIT
                : next.isAfter(now) ? Duration.between(now, next).plusMillis(1) : Duration.ofMillis(1);
    }

    private void take(List<Observed.Node> heard) throws ExecutionException, InterruptedException, TimeoutException {
        heard.forEach(this::note);
        for (Observed.Node facts : heard) {
            heard(facts);
        }
    }

    private void note(Observed.Node facts) {
        Instant now = world.now();
        Instant ofAny = lastHeard.values().stream().max(Instant::compareTo).orElse(null);
        listeningSince = NodeHealth.listeningSince(listeningSince, ofAny, limits, now);
        lastHeard.put(facts.id(), now);
    }

    private void heard(Observed.Node facts) throws ExecutionException, InterruptedException, TimeoutException {
        Node node = known.get(facts.id());
        if (node != null && node.health() == Health.READY && node.sameFacts(facts)) {
            return;
        }
        Node stored = commit(() -> store.heard(facts));
        known.put(facts.id(), stored);
        changes.fire(new NodeChanged(facts.id(), true));
    }

    private NodeHealth.Decision decide() {
        List<NodeHealth.Heard> nodes = known.values().stream()
                .map(node -> new NodeHealth.Heard(
                        node.id(), node.health(), lastHeard.getOrDefault(node.id(), Instant.EPOCH)))
                .toList();
        return NodeHealth.decide(nodes, listeningSince, limits, world.now());
    }

    private void apply(List<NodeHealth.Turn> turns) throws ExecutionException, InterruptedException, TimeoutException {
        for (NodeHealth.Turn turn : turns) {
            LOG.infof("node %s: %s, then %s", known.get(turn.id()).facts().name(), turn.from(), turn.to());
            Optional<Node> node = commit(() -> store.turn(turn));
            node.ifPresentOrElse(stored -> known.put(turn.id(), stored), () -> forget(turn.id()));
            changes.fire(new NodeChanged(turn.id(), turn.to() == Health.READY));
        }
    }

    private void forget(NodeId id) {
        known.remove(id);
        lastHeard.remove(id);
    }

    private void noteLastSeen() throws ExecutionException, InterruptedException, TimeoutException {
        if (notedAt.plus(NOTE_EVERY).isBefore(world.now()) && !lastHeard.isEmpty()) {
            notedAt = world.now();
            commit(() -> store.noteLastSeen(Map.copyOf(lastHeard)));
        }
    }

    private <T> T commit(Supplier<Uni<T>> work) throws ExecutionException, InterruptedException, TimeoutException {
        return loop.run(work).get(COMMIT_SECONDS, TimeUnit.SECONDS);
    }
}
