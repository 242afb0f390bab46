package io.gantry.kit.stream;

import io.gantry.contracts.envelope.Fact;
import io.gantry.contracts.event.Event;
import io.gantry.kit.outbox.Transaction;
import io.gantry.kit.outbox.Transactions;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jboss.logging.Logger;

/**
 * How a service handles a stream of facts: each once, in order, in one transaction with its effect. While the database is away it
 * tries again, so that nothing is skipped; what can't be read as a fact, or meets a defect of ours, is logged and skipped, since waiting would
 * not mend it and those behind it must not wait for ever.
 */
public final class FactHandling {
    private static final Logger LOG = Logger.getLogger(FactHandling.class);
    private static final Duration FIRST_RETRY = Duration.ofMillis(100);
    private static final Duration LAST_RETRY = Duration.ofSeconds(5);

    private final String consumer;
    private final Transactions transactions;
    private final Predicate<Event> relevant;
    private final BiFunction<Transaction, Fact, Uni<Runnable>> effect;

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

    /** For an {@code @Incoming} method: completes when the fact's effect has committed. */
    public Uni<Void> handle(String json) {
        Fact fact;
        try {
            fact = Fact.fromJson(json);
        } catch (IllegalArgumentException e) {
            LOG.errorf("%s skips what is no fact: %s", consumer, e.getMessage());
            return Uni.createFrom().voidItem();
        }
        if (!relevant.test(fact.event())) {
            return Uni.createFrom().voidItem();
        }
        return transactions
                .once(consumer, fact.id(), transaction -> effect.apply(transaction, fact))
                .onFailure()
                .invoke(e -> LOG.errorf(e, "%s can't handle %s %s yet", consumer, fact.type(), fact.id()))
                .onFailure(e -> !transactions.closed() && !Defects.is(e))
                .retry()
                .withBackOff(FIRST_RETRY, LAST_RETRY)
                .indefinitely()
                .onFailure(Defects::is)
                .recoverWithNull()
                .invoke(then -> {
                    if (then != null) {
                        transactions.effected(fact.time());
                        then.run();
                    }
                })
                .replaceWithVoid();
    }
}
