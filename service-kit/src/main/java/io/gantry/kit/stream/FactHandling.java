package io.gantry.kit.stream;

import io.gantry.contracts.envelope.Fact;
import io.gantry.contracts.envelope.Topics;
import io.gantry.contracts.event.Event;
import io.gantry.kit.outbox.OwnContext;
import io.gantry.kit.outbox.Transaction;
import io.gantry.kit.outbox.Transactions;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.kafka.common.utils.Utils;
import org.jboss.logging.Logger;

/**
 * How a service handles a stream of facts: each once, in order, in one transaction with its effect. While the database is away it
 * tries again, so that nothing is skipped; what can't be read as a fact, or meets a defect of ours, is logged and skipped, since waiting would
 * not mend it and those behind it must not wait for ever.
 */
public final class FactHandling {
    private static final Logger LOG = Logger.getLogger(FactHandling.class);

    private final String consumer;
    private final Transactions transactions;
    private final Predicate<Event> relevant;
    private final BiFunction<Transaction, Fact, Uni<Runnable>> effect;
    private EarlyTurns<UUID> turns = new EarlyTurns<>(new Lanes());
    private Function<String, Fact> reader = Fact::fromJson;
    private Consumer<UUID> taken = _ -> {};
    private Function<Fact, Transaction.Mode> mode = _ -> Transaction.Mode.LOCKING;
    private Predicate<Event> passing = _ -> false;

    /** @param consumer names this use in the inbox; two uses of one topic in a service need two names */
    public FactHandling(
            String consumer,
            Transactions transactions,
            Predicate<Event> relevant,
            BiFunction<Transaction, Fact, Uni<Void>> effect) {
        this(consumer, transactions, relevant, (tx, fact) -> effect.apply(tx, fact).replaceWith(fact), _ -> {});
    }

    /**
     * @param effect its result is what others in this process have to learn of it; never {@code null}
     * @param afterwards is given that once it has committed; not for a fact whose effect was there already
     */
    public <R> FactHandling(
            String consumer,
            Transactions transactions,
            Predicate<Event> relevant,
            BiFunction<Transaction, Fact, Uni<R>> effect,
            Consumer<R> afterwards) {
        this.consumer = consumer;
        this.transactions = transactions;
        this.relevant = relevant;
        this.effect = (tx, fact) -> effect.apply(tx, fact).map(result -> () -> afterwards.accept(result));
    }

    /** Has the topic's facts handled as soon as they are told within this process, too. */
    public FactHandling early(ShortWay way, String topic) {
        reader = way::read;
        taken = id -> way.taken(id, this);
        Context loop = way.loop();
        way.listenToFacts(topic, fact -> {
            if (relevant.test(fact.event())) {
                way.listens(fact.id(), this);
                turns.early(place(fact), fact.id(), OwnContext.on(loop), () -> once(fact).invoke(() -> taken.accept(fact.id())));
            }
        });
        return this;
    }

    /** Facts wait for what else is done in those lanes to their subject: for uses that change the same, of which each would find that another was quicker. */
    public FactHandling inTurns(Lanes lanes) {
        turns = new EarlyTurns<>(lanes);
        return this;
    }

    /** By which mode of transaction each fact is handled; {@link Transaction.Mode#LOCKING} unless it is told. */
    public FactHandling by(Function<Fact, Transaction.Mode> choice) {
        mode = choice;
        return this;
    }

    /** Which of the relevant ones are known to change nothing when their turn has come, whatever was before them: those make no transaction. */
    public FactHandling passing(Predicate<Event> those) {
        passing = those;
        return this;
    }

    /** For an {@code @Incoming} method: completes when the fact's effect has committed. */
    public Uni<Void> handle(String json) {
        return read(json)
                .filter(fact -> relevant.test(fact.event()))
                .map(fact -> turns.late(place(fact), fact.id(), () -> untilDone(fact).invoke(() -> taken.accept(fact.id()))))
                .orElseGet(() -> Uni.createFrom().voidItem());
    }

    /** In the partition where Kafka puts it. */
    private static EarlyTurns.Place place(Fact fact) {
        int partition = Utils.toPositive(Utils.murmur2(fact.subject().getBytes(StandardCharsets.UTF_8))) % Topics.FACT_PARTITIONS;
        return new EarlyTurns.Place(partition, fact.subject());
    }

    private Optional<Fact> read(String json) {
        try {
            return Optional.of(reader.apply(json));
        } catch (IllegalArgumentException e) {
            LOG.errorf("%s skips what is no fact: %s", consumer, e.getMessage());
            return Optional.empty();
        }
    }

    private Uni<Void> untilDone(Fact fact) {
        return UntilDone.work(once(fact), e -> tellUnlessClosed(fact, e), transactions::closed);
    }

    private void tellUnlessClosed(Fact fact, Throwable failure) {
        if (!transactions.closed()) {
            LOG.errorf(failure, "%s can't handle %s %s yet", consumer, fact.type(), fact.id());
        }
    }

    private Uni<Void> once(Fact fact) {
        if (passing.test(fact.event())) {
            return Uni.createFrom().voidItem();
        }
        return transactions
                .once(mode.apply(fact), consumer, fact.id(), transaction -> effect.apply(transaction, fact))
                .invoke(then -> {
                    if (then != null) {
                        transactions.effected(fact.time());
                        then.run();
                    }
                })
                .replaceWithVoid();
    }
}
