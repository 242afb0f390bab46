package io.gantry.scheduler.deployment.stream;

import io.gantry.contracts.envelope.Topics;
import io.gantry.contracts.event.ServiceEvent;
import io.gantry.contracts.problem.Refusal;
import io.gantry.kit.outbox.Transaction;
import io.gantry.kit.stream.FactHandling;
import io.gantry.kit.stream.ShortWay;
import io.gantry.scheduler.SchedulerTransactions;
import io.gantry.scheduler.deployment.store.ProposalAnswers;
import io.gantry.scheduler.deployment.store.ProposalWatch;
import io.gantry.scheduler.deployment.store.Touched;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** network-service's word about virtual IPs and ports: what was proposed is done or dropped, and whoever waits is told. */
@Singleton
class ServiceFacts {
    private final ProposalAnswers answers;
    private final FactHandling facts;

    private record Effect(Touched touched, Optional<ProposalWatch.Word> word) {}

    @Inject
    ServiceFacts(SchedulerTransactions transactions, ShortWay shortWay, ProposalAnswers answers, ProposalWatch watch, DeploymentWakeUps wakeUps) {
        this.answers = answers;
        this.facts = new FactHandling("services", transactions, ServiceEvent.class::isInstance, (tx, fact) -> {
            Touched touched = new Touched();
            return apply(tx, (ServiceEvent) fact.event(), touched).map(word -> new Effect(touched, word));
        }, effect -> {
            wakeUps.after(effect.touched());
            effect.word().ifPresent(watch::tell);
        }).early(shortWay, Topics.ENDPOINT);
    }

    @Incoming("scheduler-service-events")
    Uni<Void> on(String json) {
        return facts.handle(json);
    }

    private Uni<Optional<ProposalWatch.Word>> apply(Transaction tx, ServiceEvent event, Touched touched) {
        return switch (event) {
            case ServiceEvent.Leased leased -> answers.granted(tx, leased.deployment(), leased.request(), touched);
            case ServiceEvent.Refused refused when refused.request() == null ->
                    answers.leftWithoutPorts(tx, refused.deployment(), refused.detail(), touched).replaceWith(Optional.empty());
            case ServiceEvent.Refused(var id, var request, var problem, var detail, var field, var hint) ->
                    answers.refused(tx, id, request, new Refusal(problem, detail, field, hint));
        };
    }
}
