package io.gantry.gateway.events;

import io.gantry.contracts.envelope.EventTypes;
import io.gantry.contracts.envelope.Fact;
import io.vertx.core.Context;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/** One of our own that hears facts, on its context. Of the past it is told no more than it takes, of what is, all at once. */
final class FactFollower implements Follower {
    private static final Logger LOG = Logger.getLogger(FactFollower.class);

    /** So many may be on their way to who hears of the past. */
    private static final int UNDERWAY = 256;

    private final Context context;
    private final Set<String> types;
    private final Span span;
    private final ContainerWatch.Hearer hearer;
    private final Semaphore room = new Semaphore(UNDERWAY);
    private long[] next = new long[Position.PARTITIONS];
    private volatile boolean gone;

    FactFollower(Context context, Set<String> topics, Span span, ContainerWatch.Hearer hearer) {
        this.context = context;
        this.span = span;
        this.hearer = hearer;
        types = types(topics);
    }

    /** Newer services may say more than we know. */
    private static Set<String> types(Set<String> topics) {
        return EventTypes.all().stream().filter(entry -> topics.contains(entry.topic())).map(EventTypes.Entry::type).collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public synchronized void begin(long[] position) {
        next = position.clone();
    }

    @Override
    public void on(Entry entry) {
        take(entry).ifPresent(fact -> context.runOnContext(_ -> hearer.hear(fact)));
    }

    @Override
    public void put(Entry entry) throws InterruptedException {
        Optional<Fact> fact = take(entry);
        if (fact.isPresent()) {
            room.acquire();
            context.runOnContext(_ -> hearer.hear(fact.get()).onComplete(_ -> room.release()));
        }
    }

    private synchronized Optional<Fact> take(Entry entry) {
        if (gone || entry.offset() < next[entry.partition()]) {
            return Optional.empty();
        }
        next[entry.partition()] = entry.offset() + 1;
        return types.contains(entry.type()) && span.holds(entry.time()) ? read(entry) : Optional.empty();
    }

    private static Optional<Fact> read(Entry entry) {
        try {
            return Optional.of(Fact.fromJson(entry.json()));
        } catch (IllegalArgumentException e) {
            LOG.warnf("a %s of %s is passed over: %s", entry.type(), entry.subject(), e.getMessage());
            return Optional.empty();
        }
    }

    @Override
    public void end() {
        context.runOnContext(_ -> hearer.ended());
    }

    /** Whoever waits to tell it something goes on, and tells it nothing more. */
    void leave() {
        gone = true;
        room.release(UNDERWAY);
    }

    @Override
    public boolean gone() {
        return gone;
    }
}
