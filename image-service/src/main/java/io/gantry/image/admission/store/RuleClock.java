package io.gantry.image.admission.store;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.view.ImageRuleView;
import io.gantry.kit.outbox.Transaction;
import io.smallrye.mutiny.Uni;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;

/** Counts the changes of rules and waivers. */
final class RuleClock {
    private RuleClock() {}

    /** Nobody else changes rules or waivers until the transaction has ended. @return what it is from now on */
    static Uni<Long> advance(Transaction tx) {
        return tx.session().createNativeQuery("update image_rule_clock set time = time + 1 returning time", Long.class).getSingleResult();
    }

    static Uni<Long> now(Mutiny.Session session) {
        return session.createNativeQuery("select time from image_rule_clock", Long.class).getSingleResult();
    }

    /** By name. */
    static Uni<List<ImageRuleView>> rules(Mutiny.Session session) {
        return session.createNativeQuery("select rule from image_rule order by name", String.class)
                .getResultList()
                .map(rows -> rows.stream().map(row -> Json.read(row, ImageRuleView.class)).toList());
    }
}
