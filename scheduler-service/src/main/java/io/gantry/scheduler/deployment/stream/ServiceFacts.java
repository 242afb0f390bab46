package io.gantry.scheduler.deployment.stream;

import io.gantry.contracts.event.ServiceEvent;
import io.gantry.contracts.problem.Refusal;
import io.gantry.kit.outbox.Transaction;
import io.gantry.kit.stream.FactHandling;
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
    private final ProposalWatch watch;
    private final FactHandling facts;

    private record Effect(ServiceEvent event, Touched touched) {}

    @Inject
    ServiceFacts(SchedulerTransactions transactions, ProposalAnswers answers, ProposalWatch watch, DeploymentWakeUps wakeUps) {
        this.answers = answers;
        this.watch = watch;
        this.facts = new FactHandling("services", transactions, ServiceEvent.class::isInstance, (tx, fact) -> {
            Effect effect = new Effect((ServiceEvent) fact.event(), new Touched());
            return apply(tx, effect.event(), effect.touched()).replaceWith(effect);
        }, effect -> {
            wakeUps.after(effect.touched());
            tell(effect.event());
        });
    }

    @Incoming("scheduler-service-events")
    Uni<Void> on(String json) {
        return facts.handle(json);
    }

    private Uni<Void> apply(Transaction tx, ServiceEvent event, Touched touched) {
        return switch (event) {
            case ServiceEvent.Leased leased -> answers.granted(tx, leased.deployment(), leased.request(), touched);
            case ServiceEvent.Refused refused when refused.request() == null ->
                    answers.leftWithoutPorts(tx, refused.deployment(), refused.detail(), touched);
            case ServiceEvent.Refused refused -> answers.refused(tx, refused.deployment(), refused.request());
        };
    }

    private void tell(ServiceEvent event) {
        switch (event) {
            case ServiceEvent.Leased leased -> watch.tell(leased.request(), Optional.empty());
            case ServiceEvent.Refused refused when refused.request() == null -> {}
            case ServiceEvent.Refused(var _, var request, var problem, var detail, var field, var hint) ->
                    watch.tell(request, Optional.of(new Refusal(problem, detail, field, hint)));
        }
    }
}
