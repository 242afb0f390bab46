package io.gantry.kit.stream;

import io.gantry.contracts.envelope.Fact;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * The way within a process: what has been committed is told to whoever listens here some milliseconds before Kafka has it, in the order of
 * its outbox. Kafka carries all of it all the same, and nothing may depend on having been told: a listener that fails takes it from Kafka.
 */
@Singleton
public class ShortWay {
    /**
     * @param payload {@code null}: a tombstone
     * @param row tells it from all others of its topic, and comes with Kafka's copy as the header {@link #ROW}; {@code null} where the payload tells
     */
    public record Message(String topic, String key, String payload, String row) {}

    /** The name of the header with {@link Message#row}. */
    public static final String ROW = "row";

    private static final Logger LOG = Logger.getLogger(ShortWay.class);
    private final Vertx vertx;
    private final boolean reachesAll;
    private final Map<String, List<Consumer<Message>>> listeners = new ConcurrentHashMap<>();
    private final Map<String, List<Consumer<Fact>>> facts = new ConcurrentHashMap<>();
    private final KnownFacts known = new KnownFacts();
    private final Backlogs backlogs = new Backlogs();
    private final Hearings hearings = new Hearings();

    @Inject
    public ShortWay(Vertx vertx, @ConfigProperty(name = "gantry.one-process", defaultValue = "false") boolean reachesAll) {
        this.vertx = vertx;
        this.reachesAll = reachesAll;
    }

    /** Whoever will tell says so when it is made, before this process has begun. @return to be called once Kafka has all that an earlier process left untold */
    public Runnable teller(String name) {
        return backlogs.expect(name);
    }

    void begun(@Observes @Priority(Integer.MAX_VALUE) StartupEvent event) {
        backlogs.nobodyElse();
    }

    /** Completes once Kafka has all that an earlier process has committed and not told: until then, what is told here may stand on what is known nowhere. */
    public CompletionStage<Void> settled() {
        return reachesAll ? backlogs.over() : CompletableFuture.completedStage(null);
    }

    /** Whether all services are in this process, and no other writes into their tables. */
    public boolean reachesAll() {
        return reachesAll;
    }

    /** @param listener called by the teller's thread; must not block */
    public void listen(String topic, Consumer<Message> listener) {
        listeners.computeIfAbsent(topic, _ -> new CopyOnWriteArrayList<>()).add(listener);
    }

    /** As {@link #listen}, of a topic of facts; read once for all who listen. */
    public void listenToFacts(String topic, Consumer<Fact> listener) {
        facts.computeIfAbsent(topic, this::reading).add(listener);
    }

    private List<Consumer<Fact>> reading(String topic) {
        List<Consumer<Fact>> all = new CopyOnWriteArrayList<>();
        listen(topic, message -> {
            Fact fact = read(message.payload());
            all.forEach(one -> one.accept(fact));
            hearings.told(fact.id());
        });
        return all;
    }

    /**
     * Before the fact's transaction commits: completes once every {@link FactHandling} of this process has it, told or from Kafka. Where a service is another
     * process, it isn't waited for. Who waits no longer completes it.
     */
    public CompletableFuture<Void> heard(UUID fact) {
        return hearings.of(fact);
    }

    void listens(UUID fact, FactHandling handling) {
        hearings.listens(fact, handling);
    }

    void taken(UUID fact, FactHandling handling) {
        hearings.taken(fact, handling);
    }

    /** What Kafka brings has been told here already, for the most part. @throws IllegalArgumentException for anything that is not one of our events */
    Fact read(String json) {
        return known.read(json);
    }

    /** An event loop for one listener's work. */
    public Context loop() {
        return vertx.getOrCreateContext();
    }

    public void tell(Message message) {
        for (Consumer<Message> listener : listeners.getOrDefault(message.topic(), List.of())) {
            try {
                listener.accept(message);
            } catch (RuntimeException e) {
                LOG.errorf(e, "%s %s is left to Kafka", message.topic(), message.key());
            }
        }
    }
}
