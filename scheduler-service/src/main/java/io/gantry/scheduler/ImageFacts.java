package io.gantry.scheduler;

import io.gantry.contracts.envelope.Topics;
import io.gantry.contracts.event.ImageEvent;
import io.gantry.kit.stream.FactHandling;
import io.gantry.kit.stream.ShortWay;
import io.gantry.scheduler.deployment.store.Touched;
import io.gantry.scheduler.deployment.stream.DeploymentWakeUps;
import io.gantry.scheduler.image.store.ImageStore;
import io.gantry.scheduler.rule.store.RuleRuns;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Facts about images: first what we know of images, then the rules that wait for one. */
@Singleton
public class ImageFacts {
    private final FactHandling facts;

    private record Effect(ImageEvent event, Touched touched) {}

    @Inject
    ImageFacts(SchedulerTransactions transactions, ShortWay shortWay, ImageStore images, RuleRuns rules, DeploymentWakeUps wakeUps) {
        this.facts = new FactHandling("images", transactions, event -> event instanceof ImageEvent && !(event instanceof ImageEvent.News), (tx, fact) -> {
            Touched touched = new Touched();
            ImageEvent event = (ImageEvent) fact.event();
            return images.on(tx, event)
                    .chain(() -> event instanceof ImageEvent.Tagged tagged
                            ? rules.on(tx, fact.id(), tagged, touched)
                            : Uni.createFrom().voidItem())
                    .replaceWith(new Effect(event, touched));
        }, effect -> {
            wakeUps.after(effect.touched());
            images.arrived(effect.event());
        }).early(shortWay, Topics.IMAGE);
    }

    @Incoming("scheduler-image-events")
    Uni<Void> on(String json) {
        return facts.handle(json);
    }
}
