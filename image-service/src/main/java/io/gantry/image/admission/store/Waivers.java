package io.gantry.image.admission.store;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.event.AdmissionEvent;
import io.gantry.contracts.id.Ids;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.view.WaiverRequest;
import io.gantry.contracts.view.WaiverView;
import io.gantry.image.ImageTransactions;
import io.gantry.kit.outbox.Transaction;
import io.gantry.kit.problem.Refused;
import io.gantry.kit.time.World;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.hibernate.reactive.mutiny.Mutiny;

/** Images that are let in for a time. Those that have expired are shown a while longer. */
@Singleton
public class Waivers {
    private static final int MOST = 1000;
    private static final Duration SHOWN_EXPIRED = Duration.ofDays(90);
    private final ImageTransactions transactions;
    private final Event<RulesMoved> moved;
    private final World world;

    @Inject
    Waivers(ImageTransactions transactions, Event<RulesMoved> moved, World world) {
        this.transactions = transactions;
        this.moved = moved;
        this.world = world;
    }

    /** The one that ends last first. */
    public Uni<List<WaiverView>> all() {
        return transactions.read(this::all);
    }

    Uni<List<WaiverView>> all(Mutiny.Session session) {
        return session.createNativeQuery("select waiver from image_waiver order by until desc, id", String.class)
                .getResultList()
                .map(rows -> rows.stream().map(row -> Json.read(row, WaiverView.class).at(world.now())).toList());
    }

    /** @throws Refused if there is no such rule, or there are too many */
    public Uni<WaiverView> add(WaiverRequest request, String by) {
        Instant now = world.now();
        WaiverView waiver = new WaiverView(Ids.of("waiver", now, world.random()), request.rule(), request.images(), request.reason(), by, now, request.end(now), false);
        return transactions.in(tx -> RuleClock.advance(tx)
                .chain(() -> RuleClock.rules(tx.session()).invoke(rules -> ImageRules.named(rules, request.rule())))
                .chain(() -> all(tx.session()))
                .invoke(all -> {
                    if (all.stream().filter(one -> !one.expired()).count() >= MOST) {
                        throw new Refused(ProblemType.CONFLICT, MOST + " waivers hold, which is the most", "take some back, or mend the images");
                    }
                })
                .chain(() -> tx.session()
                        .createNativeQuery("insert into image_waiver (id, rule, waiver, until) values (:id, :rule, :waiver, :until)")
                        .setParameter("id", waiver.id())
                        .setParameter("rule", waiver.rule())
                        .setParameter("waiver", Json.write(waiver))
                        .setParameter("until", waiver.until())
                        .executeUpdate())
                .chain(() -> tx.publish(new AdmissionEvent.Waived(waiver.id(), waiver.rule(), waiver.images(), waiver.reason(), by, waiver.until())))
                .invoke(() -> tx.afterCommit(() -> moved.fire(new RulesMoved())))
                .replaceWith(waiver));
    }

    /** Takes it back, or an expired one out of the list. @throws Refused if there is none of that id */
    public Uni<Void> remove(String id) {
        return transactions.in(tx -> RuleClock.advance(tx).chain(() -> take(tx, "id = :key", id)).chain(gone -> {
            if (gone.isEmpty()) {
                throw new Refused(ProblemType.NOT_FOUND, "there is no waiver '" + id + "'", "see them with: gantry image waiver");
            }
            tx.afterCommit(() -> moved.fire(new RulesMoved()));
            return ended(tx, gone);
        }));
    }

    /** Of a rule that goes. */
    Uni<Void> endAll(Transaction tx, String rule) {
        return take(tx, "rule = :key", rule).chain(gone -> ended(tx, gone));
    }

    /** Tells of those whose time is over, each once; those that expired long ago go. @return how many were told of */
    public Uni<Integer> expire() {
        Instant now = world.now();
        return transactions.in(tx -> tx.session()
                .createNativeQuery("delete from image_waiver where ended and until < :before")
                .setParameter("before", now.minus(SHOWN_EXPIRED))
                .executeUpdate()
                .chain(() -> tx.session()
                        .createNativeQuery("update image_waiver set ended = true where not ended and until <= :now returning waiver", String.class)
                        .setParameter("now", now)
                        .getResultList())
                .chain(rows -> tx.publish(rows.stream()
                                .map(row -> Json.read(row, WaiverView.class))
                                .map(one -> new AdmissionEvent.WaiverEnded(one.id(), one.rule(), one.images(), true))
                                .toList())
                        .replaceWith(rows.size())));
    }

    /** Only those that hold are told of: that the others ended was told before. */
    private Uni<Void> ended(Transaction tx, List<WaiverView> gone) {
        return tx.publish(gone.stream().filter(one -> !one.expired()).map(one -> new AdmissionEvent.WaiverEnded(one.id(), one.rule(), one.images(), false)).toList());
    }

    private Uni<List<WaiverView>> take(Transaction tx, String which, String key) {
        return tx.session()
                .createNativeQuery("delete from image_waiver where " + which + " returning waiver", String.class)
                .setParameter("key", key)
                .getResultList()
                .map(rows -> rows.stream().map(row -> Json.read(row, WaiverView.class).at(world.now())).toList());
    }
}
