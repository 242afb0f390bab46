package io.gantry.image.retention;

import io.gantry.contracts.view.RetentionReportView;
import io.gantry.contracts.view.RetentionReportView.Gone;
import io.gantry.contracts.view.RetentionReportView.Kept;
import io.gantry.contracts.view.RetentionReportView.Reason;
import io.gantry.contracts.view.RetentionView;
import io.gantry.image.Database;
import io.gantry.image.ImageSettings;
import io.gantry.image.collect.InUse;
import io.gantry.image.registry.store.Manifests;
import io.gantry.image.retention.core.RetentionPlan;
import io.gantry.image.retention.store.Retentions;
import io.gantry.kit.problem.Refused;
import io.gantry.kit.time.World;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;

/** Follows the rules for tags: when somebody asks, and by itself as often as it is looked whether the disk is full. Waits; not for event loops. */
@Singleton
public class Retention {
    private static final Logger LOG = Logger.getLogger(Retention.class);
    private final Database database;
    private final Retentions retentions;
    private final Manifests manifests;
    private final InUse inUse;
    private final ImageSettings settings;
    private final World world;

    @Inject
    Retention(Database database, Retentions retentions, Manifests manifests, InUse inUse, ImageSettings settings, World world) {
        this.database = database;
        this.retentions = retentions;
        this.manifests = manifests;
        this.inUse = inUse;
        this.settings = settings;
        this.world = world;
    }

    void start(@Observes StartupEvent started, Vertx vertx) {
        Duration every = settings.collect().every();
        if (every.isPositive()) {
            vertx.setPeriodic(every.toMillis(), _ -> Thread.ofVirtual().name("retention").start(this::look));
        }
    }

    /** @throws Refused if it can't be known what is in use; then no tag goes */
    public RetentionReportView apply(boolean dryRun) throws InterruptedException {
        List<RetentionView> rules = database.await(retentions::all);
        if (rules.isEmpty()) {
            return new RetentionReportView(dryRun, List.of(), List.of());
        }
        RetentionPlan plan = RetentionPlan.of(database.await(retentions::tags), rules, inUse.ask(), world.now());
        if (dryRun) {
            return new RetentionReportView(true, plan.gone(), plan.kept());
        }
        List<Gone> gone = new ArrayList<>();
        List<Kept> kept = new ArrayList<>(plan.kept());
        for (Gone each : plan.gone()) {
            if (database.await(() -> manifests.untag(each.repository(), each.tag(), each.digest()))) {
                gone.add(each);
            } else {
                kept.add(new Kept(each.repository(), each.tag(), each.digest(), Reason.CHANGED, null));
            }
        }
        return new RetentionReportView(false, gone, kept);
    }

    private void look() {
        try {
            RetentionReportView done = apply(false);
            if (!done.gone().isEmpty()) {
                LOG.infof("%d tags that no rule keeps are gone", done.gone().size());
            }
        } catch (RuntimeException e) {
            LOG.warnf("tags that no rule keeps stay for now: %s", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
