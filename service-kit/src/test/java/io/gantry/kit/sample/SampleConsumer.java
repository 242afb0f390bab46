package io.gantry.kit.sample;

import io.gantry.contracts.envelope.Fact;
import io.gantry.contracts.envelope.Topics;
import io.gantry.contracts.event.RuleEvent;
import io.gantry.kit.outbox.Transaction;
import io.gantry.kit.stream.FactHandling;
import io.gantry.kit.stream.ShortWay;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Counts, in the database, how often each removed rule was heard of. */
@ApplicationScoped
public class SampleConsumer {
    /** The names of rules in the order their effect committed. */
    public static final BlockingQueue<String> HEARD = new LinkedBlockingQueue<>();

    /** The names of rules whose effect is new. */
    public static final BlockingQueue<String> TOLD = new LinkedBlockingQueue<>();

    private final FactHandling facts;

    @Inject
    SampleConsumer(SampleTransactions transactions, ShortWay shortWay) {
        facts = new FactHandling("sample", transactions, RuleEvent.Removed.class::isInstance, this::count, TOLD::add)
                .passing(event -> ((RuleEvent.Removed) event).name().endsWith("needless"))
                .early(shortWay, Topics.RULE);
    }

    @Incoming("sample-rules")
    Uni<Void> on(String json) {
        return facts.handle(json).invoke(() -> HEARD.add(((RuleEvent.Removed) Fact.fromJson(json).event()).name()));
    }

    private Uni<String> count(Transaction transaction, Fact fact) {
        if (((RuleEvent.Removed) fact.event()).name().endsWith("poison")) {
            throw new NullPointerException("a defect");
        }
        return transaction
                .session()
                .createNativeQuery(
                        "insert into note (id, times) values (:id, 1) on conflict (id) do update set times = note.times + 1")
                .setParameter("id", ((RuleEvent.Removed) fact.event()).name())
                .executeUpdate()
                .replaceWith(((RuleEvent.Removed) fact.event()).name());
    }
}
