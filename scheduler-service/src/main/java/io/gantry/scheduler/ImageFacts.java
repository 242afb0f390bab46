package io.gantry.scheduler;

import io.gantry.contracts.envelope.Topics;
import io.gantry.contracts.event.AdmissionEvent;
import io.gantry.contracts.event.Event;
import io.gantry.contracts.event.ImageEvent;
import io.gantry.kit.image.RuleCopy;
import io.gantry.kit.stream.FactHandling;
import io.gantry.kit.stream.ShortWay;
import io.gantry.scheduler.deployment.store.Touched;
import io.gantry.scheduler.deployment.stream.DeploymentWakeUps;
import io.gantry.scheduler.image.store.ImageStore;
import io.gantry.scheduler.rule.store.UnjudgedTags;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Facts about images: first what we know of images, then the rules that wait for one. */
@Singleton
public class ImageFacts {
    private final FactHandling facts;

    private record Effect(Event event, Touched touched) {}

    @Inject
    ImageFacts(SchedulerTransactions transactions, ShortWay shortWay, ImageStore images, UnjudgedTags tags, DeploymentWakeUps wakeUps) {
        this.facts = new FactHandling("images", transactions, ImageFacts::matters, (tx, fact) -> {
            Touched touched = new Touched();
            Uni<Void> done = switch (fact.event()) {
                case AdmissionEvent.RulesChanged changed -> RuleCopy.on(tx, changed).chain(() -> tags.again(tx, touched));
                case ImageEvent.Tagged tagged -> images.on(tx, tagged).chain(() -> tags.on(tx, fact.id(), tagged, touched));
                case ImageEvent.Judged judged -> images.on(tx, judged).chain(() -> tags.again(tx, touched));
                case Event other -> images.on(tx, (ImageEvent) other);
            };
            return done.replaceWith(new Effect(fact.event(), touched));
        }, effect -> {
            wakeUps.after(effect.touched());
            if (effect.event() instanceof ImageEvent event) {
                images.arrived(event);
            }
        }).early(shortWay, Topics.IMAGE);
    }

    private static boolean matters(Event event) {
        return event instanceof ImageEvent && !(event instanceof ImageEvent.News) || event instanceof AdmissionEvent.RulesChanged;
    }

    @Incoming("scheduler-image-events")
    Uni<Void> on(String json) {
        return facts.handle(json);
    }
}
