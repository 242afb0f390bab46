package io.gantry.scheduler.image.store;

import io.gantry.contracts.spec.ImageAdmission;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.kit.image.RuleCopy;
import io.gantry.kit.problem.Refused;
import io.gantry.kit.time.World;
import io.gantry.scheduler.SchedulerTransactions;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.hibernate.reactive.mutiny.Mutiny;

/** Whether something new may be made of images, by the rules that were heard of. */
@Singleton
public class ImageGate {
    /** What has just come in is judged soon; a large image takes as long as it takes to be read. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final SchedulerTransactions transactions;
    private final ImageStore images;
    private final World world;

    @Inject
    ImageGate(SchedulerTransactions transactions, ImageStore images, World world) {
        this.transactions = transactions;
        this.images = images;
        this.world = world;
    }

    /** Waits a while for one that nobody has judged yet. Fails with {@link Refused} where nothing is made of it. */
    public Uni<Void> admit(ResolvedImage image) {
        return admit(image, world.now().plus(PATIENCE));
    }

    private Uni<Void> admit(ResolvedImage image, Instant until) {
        return transactions.read(session -> book(session, List.of(image))).chain(book -> switch (book.admission(image, world.now())) {
            case ImageAdmission.Admitted _ -> Uni.createFrom().voidItem();
            case ImageAdmission.Refused(var refusal) -> Uni.createFrom().failure(new Refused(refusal));
            case ImageAdmission.Unjudged(var refusal) -> world.now().isBefore(until)
                    ? images.news(image).chain(() -> admit(image, until))
                    : Uni.createFrom().failure(new Refused(refusal));
        });
    }

    /** What the rules say of these images. */
    public Uni<VerdictBook> book(Mutiny.Session session, Collection<ResolvedImage> of) {
        List<String> refs = of.stream().map(VerdictBook::ref).distinct().toList();
        return RuleCopy.rules(session).chain(rules -> rules.isEmpty() || refs.isEmpty()
                ? Uni.createFrom().item(new VerdictBook(rules, Map.of()))
                : RuleCopy.verdicts(session, refs).map(verdicts -> new VerdictBook(rules, verdicts)));
    }
}
