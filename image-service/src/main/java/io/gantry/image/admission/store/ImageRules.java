package io.gantry.image.admission.store;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.event.AdmissionEvent;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.view.ImageRuleRequest;
import io.gantry.contracts.view.ImageRuleSpec;
import io.gantry.contracts.view.ImageRuleView;
import io.gantry.image.ImageTransactions;
import io.gantry.kit.outbox.Transaction;
import io.gantry.kit.problem.Refused;
import io.gantry.kit.time.World;
import io.gantry.kit.version.IfMatch;
import io.gantry.kit.version.Tag;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;

/** Rules for which images may be used, by their names. Each change says all of them anew, for those who keep a copy. */
@Singleton
public class ImageRules {
    /** The fact that has all of them stays far smaller than Kafka's largest. */
    static final int MOST = 100;

    private final ImageTransactions transactions;
    private final Waivers waivers;
    private final Event<RulesMoved> moved;
    private final World world;

    @Inject
    ImageRules(ImageTransactions transactions, Waivers waivers, Event<RulesMoved> moved, World world) {
        this.transactions = transactions;
        this.waivers = waivers;
        this.moved = moved;
        this.world = world;
    }

    public Uni<List<ImageRuleView>> all() {
        return transactions.read(RuleClock::rules);
    }

    /** @throws Refused if there is none of that name */
    public Uni<ImageRuleView> find(String name) {
        return all().map(rules -> named(rules, name));
    }

    /** @throws Refused if there is one of that name, or there are too many */
    public Uni<ImageRuleView> add(ImageRuleRequest request) {
        return transactions.in(tx -> RuleClock.advance(tx).chain(version -> RuleClock.rules(tx.session()).chain(rules -> {
            if (rules.stream().anyMatch(rule -> rule.name().equals(request.name()))) {
                throw new Refused(ProblemType.NAME_IN_USE, "there is an image rule '" + request.name() + "' already", "change it with PUT, or choose another name");
            }
            if (rules.size() >= MOST) {
                throw new Refused(ProblemType.CONFLICT, "there are " + MOST + " image rules, which is the most", "remove one, or put more budgets into one");
            }
            return write(tx, request.name(), request.spec(), version);
        })));
    }

    /** @throws Refused if there is none of that name, or it isn't as the caller has seen it */
    public Uni<ImageRuleView> change(String name, ImageRuleSpec spec, IfMatch seen) {
        return transactions.in(tx -> RuleClock.advance(tx).chain(version -> held(tx, name, seen).chain(() -> write(tx, name, spec, version))));
    }

    /** With its waivers. @throws Refused as before */
    public Uni<Void> remove(String name, IfMatch seen) {
        return transactions.in(tx -> RuleClock.advance(tx)
                .chain(version -> held(tx, name, seen)
                        .chain(() -> waivers.endAll(tx, name))
                        .chain(() -> tx.session().createNativeQuery("delete from image_rule where name = :name").setParameter("name", name).executeUpdate())
                        .chain(() -> tell(tx, name, version))));
    }

    private Uni<ImageRuleView> held(Transaction tx, String name, IfMatch seen) {
        return RuleClock.rules(tx.session()).map(rules -> named(rules, name)).invoke(rule -> seen.check(Tag.of(rule.version())));
    }

    private Uni<ImageRuleView> write(Transaction tx, String name, ImageRuleSpec spec, long version) {
        ImageRuleView rule = new ImageRuleView(name, spec, version, world.now());
        return tx.session()
                .createNativeQuery("insert into image_rule (name, version, rule) values (:name, :version, :rule) on conflict (name) do update set version = excluded.version, rule = excluded.rule")
                .setParameter("name", name)
                .setParameter("version", version)
                .setParameter("rule", Json.write(rule))
                .executeUpdate()
                .chain(() -> tell(tx, name, version))
                .replaceWith(rule);
    }

    private Uni<Void> tell(Transaction tx, String changed, long version) {
        tx.afterCommit(() -> moved.fire(new RulesMoved()));
        return RuleClock.rules(tx.session()).chain(rules -> tx.publish(new AdmissionEvent.RulesChanged(changed, version, rules.stream().map(ImageRuleView::inForce).toList())));
    }

    static ImageRuleView named(List<ImageRuleView> rules, String name) {
        return rules.stream().filter(rule -> rule.name().equals(name)).findFirst().orElseThrow(() -> new Refused(ProblemType.NOT_FOUND, "there is no image rule '" + name + "'", "see them with: gantry image rule"));
    }
}
