package io.gantry.scheduler.rule.store;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.event.ImageEvent;
import io.gantry.contracts.spec.ImageAdmission;
import io.gantry.kit.outbox.Transaction;
import io.gantry.kit.time.World;
import io.gantry.scheduler.deployment.store.Touched;
import io.gantry.scheduler.image.store.ImageGate;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.UUID;

/** A tag that moved to an image which an enforced rule for images hasn't looked at yet waits here, and runs the rules that watch it afterwards. */
@Singleton
public class UnjudgedTags {
    private final RuleRuns rules;
    private final ImageGate gate;
    private final World world;

    @Inject
    UnjudgedTags(RuleRuns rules, ImageGate gate, World world) {
        this.rules = rules;
        this.gate = gate;
        this.world = world;
    }

    /** Whatever waited for the same tag is out of date: it means something else by now. */
    public Uni<Void> on(Transaction tx, UUID trigger, ImageEvent.Tagged tagged, Touched touched) {
        return tx.session()
                .createNativeQuery("delete from unjudged_tag where reference = :reference")
                .setParameter("reference", tagged.reference().toString())
                .executeUpdate()
                .chain(() -> run(tx, trigger, tagged, touched));
    }

    /** Something was said of an image, or rules for images changed: those that still aren't judged wait on. */
    public Uni<Void> again(Transaction tx, Touched touched) {
        return tx.session().createNativeQuery("delete from unjudged_tag returning trigger, tagged", Object[].class).getResultList().chain(rows -> {
            Uni<Void> all = Uni.createFrom().voidItem();
            for (Object[] row : rows) {
                all = all.chain(() -> run(tx, (UUID) row[0], Json.read((String) row[1], ImageEvent.Tagged.class), touched));
            }
            return all;
        });
    }

    private Uni<Void> run(Transaction tx, UUID trigger, ImageEvent.Tagged tagged, Touched touched) {
        return gate.book(tx.session(), List.of(tagged.image()))
                .map(book -> book.admission(tagged.image(), world.now()))
                .chain(admission -> admission instanceof ImageAdmission.Unjudged ? keep(tx, trigger, tagged) : rules.on(tx, trigger, tagged, admission, touched));
    }

    private static Uni<Void> keep(Transaction tx, UUID trigger, ImageEvent.Tagged tagged) {
        return tx.session()
                .createNativeQuery("insert into unjudged_tag (reference, trigger, tagged) values (:reference, :trigger, :tagged)")
                .setParameter("reference", tagged.reference().toString())
                .setParameter("trigger", trigger)
                .setParameter("tagged", Json.write(tagged))
                .executeUpdate()
                .replaceWithVoid();
    }
}
