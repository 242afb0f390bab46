package io.gantry.scheduler.rule.store;

import io.gantry.contracts.event.ImageEvent;
import io.gantry.contracts.event.RuleEvent;
import io.gantry.contracts.id.DeploymentId;
import io.gantry.contracts.id.RuleId;
import io.gantry.contracts.spec.ImageAdmission;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.spec.RuleSpec;
import io.gantry.kit.outbox.Transaction;
import io.gantry.kit.time.World;
import io.gantry.scheduler.deployment.core.DeploymentWish;
import io.gantry.scheduler.deployment.store.DeploymentQueries;
import io.gantry.scheduler.deployment.store.DeploymentWishes;
import io.gantry.scheduler.deployment.store.Touched;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Runs rules: each at most once for one event, in the transaction that handles it. */
@Singleton
public class RuleRuns {
    private static final String BEGIN =
            "insert into rule_run (rule, trigger, at, outcome) values (:rule, :trigger, :at, '') on conflict do nothing";
    private static final String END = "update rule_run set outcome = :outcome where rule = :rule and trigger = :trigger";

    private final DeploymentQueries deployments;
    private final DeploymentWishes wishes;
    private final World world;

    @Inject
    RuleRuns(DeploymentQueries deployments, DeploymentWishes wishes, World world) {
        this.deployments = deployments;
        this.wishes = wishes;
        this.world = world;
    }

    /** @param admission of the image: one that breaks a rule for images isn't rolled out, and the outcome says why */
    public Uni<Void> on(Transaction tx, UUID trigger, ImageEvent.Tagged tagged, ImageAdmission admission, Touched touched) {
        String reference = tagged.reference().tagged().orElse("");
        return tx.session()
                .createQuery("from SchedulerRule where watches = :reference order by id", RuleRow.class)
                .setParameter("reference", reference)
                .getResultList()
                .chain(rules -> {
                    Uni<Void> all = Uni.createFrom().voidItem();
                    for (RuleRow rule : rules) {
                        all = all.chain(() -> runOnce(tx, trigger, rule, reference, tagged.image(), admission, touched));
                    }
                    return all;
                });
    }

    private Uni<Void> runOnce(
            Transaction tx, UUID trigger, RuleRow rule, String reference, ResolvedImage image, ImageAdmission admission, Touched touched) {
        return tx.session()
                .createNativeQuery(BEGIN)
                .setParameter("rule", rule.id)
                .setParameter("trigger", trigger)
                .setParameter("at", world.now())
                .executeUpdate()
                .chain(begun -> begun == 0
                        ? Uni.createFrom().voidItem()
                        : rollOut(tx, rule, reference, image, admission, touched).chain(outcome -> end(tx, trigger, rule, outcome)));
    }

    private Uni<String> rollOut(Transaction tx, RuleRow rule, String reference, ResolvedImage image, ImageAdmission admission, Touched touched) {
        RuleSpec.Then.RollOut action =
                switch (rule.toSpec().then()) {
                    case RuleSpec.Then.RollOut rollOut -> rollOut;
                };
        String reason = "rule %s: %s was tagged %s".formatted(rule.name, reference, image.manifest().hex().substring(0, 12));
        return deployments.following(tx.session(), rule.project, reference).chain(found -> {
            List<String> outcomes = new ArrayList<>();
            Uni<Void> all = Uni.createFrom().voidItem();
            for (DeploymentQueries.Follower each : found) {
                if (action.deployment() == null || action.deployment().equals(each.name())) {
                    all = all.chain(() -> follow(tx, each, new DeploymentWish.Follow(image, reason), admission, outcomes, touched));
                }
            }
            return all.map(_ -> outcomes.isEmpty() ? nobody(action, reference) : String.join("; ", outcomes));
        });
    }

    private Uni<Void> follow(
            Transaction tx, DeploymentQueries.Follower follower, DeploymentWish.Follow wish, ImageAdmission admission, List<String> outcomes, Touched touched) {
        DeploymentId id = follower.id();
        return deployments.present(tx.session(), id).chain(present -> {
            if (present.image().manifest().equals(wish.image().manifest())) {
                outcomes.add(follower.name() + " runs it already");
                return Uni.createFrom().voidItem();
            }
            if (admission instanceof ImageAdmission.Refused(var refusal)) {
                outcomes.add(follower.name() + " stays as it is: " + refusal.detail());
                return Uni.createFrom().voidItem();
            }
            outcomes.add(follower.name() + " rolls out " + wish.image().manifest().hex().substring(0, 12));
            return wishes.follow(tx, id, wish, touched);
        });
    }

    private static String nobody(RuleSpec.Then.RollOut action, String reference) {
        return action.deployment() == null
                ? "no deployment's template names " + reference
                : "there is no deployment '" + action.deployment() + "' whose template names " + reference;
    }

    private static Uni<Void> end(Transaction tx, UUID trigger, RuleRow rule, String outcome) {
        return tx.session()
                .createNativeQuery(END)
                .setParameter("outcome", outcome)
                .setParameter("rule", rule.id)
                .setParameter("trigger", trigger)
                .executeUpdate()
                .chain(() -> tx.publish(new RuleEvent.Ran(new RuleId(rule.id), rule.name, trigger, outcome)));
    }
}
