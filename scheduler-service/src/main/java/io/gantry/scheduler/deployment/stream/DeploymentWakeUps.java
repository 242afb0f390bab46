package io.gantry.scheduler.deployment.stream;

import io.gantry.contracts.id.DeploymentId;
import io.gantry.kit.outbox.Transaction;
import io.gantry.kit.time.World;
import io.gantry.scheduler.EventLoop;
import io.gantry.scheduler.SchedulerTransactions;
import io.gantry.scheduler.deployment.store.DeploymentQueries;
import io.gantry.scheduler.deployment.store.DeploymentStore;
import io.gantry.scheduler.deployment.store.ProposalAnswers;
import io.gantry.scheduler.deployment.store.Touched;
import io.gantry.scheduler.node.core.NodeChanged;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.Startup;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import jakarta.annotation.PostConstruct;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * One timer, set to the next moment at which any deployment is due; a sweep behind it finds what a replica of this service that went
 * away had noted, and proposals that nobody waits for any more. Also tells whoever waits for a deployment that it changed.
 */
@Singleton
@Startup
public class DeploymentWakeUps {
    private static final Logger LOG = Logger.getLogger(DeploymentWakeUps.class);
    private static final Duration SWEEP = Duration.ofSeconds(15);

    /** As {@link DeploymentStore#reconcile}. */
    private interface Look {
        Uni<Void> at(Transaction tx, DeploymentId id, Touched touched);
    }

    private final DeploymentStore store;
    private final DeploymentQueries queries;
    private final ProposalAnswers proposals;
    private final SchedulerTransactions transactions;
    private final EventLoop loop;
    private final World world;
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("scheduler-due").daemon().factory());
    private final Map<DeploymentId, Collection<UniEmitter<? super Void>>> waiting = new ConcurrentHashMap<>();
    private ScheduledFuture<?> next;
    private Instant nextAt;

    @Inject
    DeploymentWakeUps(
            DeploymentStore store,
            DeploymentQueries queries,
            ProposalAnswers proposals,
            SchedulerTransactions transactions,
            EventLoop loop,
            World world) {
        this.store = store;
        this.queries = queries;
        this.proposals = proposals;
        this.transactions = transactions;
        this.loop = loop;
        this.world = world;
    }

    @PostConstruct
    void start() {
        loop.run(() -> transactions.read(queries::all).chain(ids -> each(ids, store::reconcile)).chain(proposals::withdrawOverdue))
                .whenComplete((_, failure) -> {
                    report(failure);
                    wakeBy(world.now().plus(SWEEP));
                });
    }

    /** Before the database goes. */
    void stop(@Observes ShutdownEvent end) {
        timer.shutdownNow();
    }

    /** To be called after the commit. */
    public void after(Touched touched) {
        if (touched.due() != null) {
            wakeBy(touched.due());
        }
        for (DeploymentId id : touched.deployments()) {
            Collection<UniEmitter<? super Void>> emitters = waiting.remove(id);
            if (emitters != null) {
                emitters.forEach(emitter -> emitter.complete(null));
            }
        }
    }

    /** Completes at its next change here, or after {@code longest}. */
    public Uni<Void> changed(DeploymentId id, Duration longest) {
        return EventLoop.back(Uni.createFrom()
                .<Void>emitter(emitter -> waiting.computeIfAbsent(id, _ -> new ConcurrentLinkedQueue<>()).add(emitter))
                .ifNoItem()
                .after(longest)
                .recoverWithItem((Void) null));
    }

    void on(@Observes NodeChanged change) {
        loop.run(() -> change.mayTakeMore()
                        ? transactions.read(queries::all).chain(ids -> each(ids, store::roomMade))
                        : transactions.read(session -> queries.on(session, change.id())).chain(ids -> each(ids, store::reconcile)))
                .whenComplete((_, failure) -> report(failure));
    }

    private Uni<Void> each(List<DeploymentId> ids, Look look) {
        Uni<Void> all = Uni.createFrom().voidItem();
        for (DeploymentId id : ids) {
            all = all.chain(() -> {
                Touched touched = new Touched();
                return transactions.in(tx -> look.at(tx, id, touched)).invoke(() -> after(touched));
            });
        }
        return all;
    }

    private synchronized void wakeBy(Instant moment) {
        if (timer.isShutdown() || nextAt != null && !moment.isBefore(nextAt)) {
            return;
        }
        if (next != null) {
            next.cancel(false);
        }
        nextAt = moment;
        long millis = Math.max(1, Duration.between(world.now(), moment).toMillis() + 1);
        next = timer.schedule(this::fire, millis, TimeUnit.MILLISECONDS);
    }

    private void fire() {
        synchronized (this) {
            nextAt = null;
        }
        loop.run(() -> transactions.read(session -> queries.due(session, world.now()))
                        .chain(ids -> each(ids, store::reconcile))
                        .chain(proposals::withdrawOverdue)
                        .chain(() -> transactions.read(queries::nextDue)))
                .whenComplete((due, failure) -> {
                    report(failure);
                    Instant sweep = world.now().plus(SWEEP);
                    wakeBy(due == null || due.isAfter(sweep) ? sweep : due);
                });
    }

    private static void report(Throwable failure) {
        if (failure != null) {
            LOG.warnf("deployments wait: %s", failure.getMessage());
        }
    }
}
