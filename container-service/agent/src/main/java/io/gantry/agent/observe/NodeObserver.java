package io.gantry.agent.observe;

import io.gantry.agent.link.NodeLink;
import io.gantry.agent.reconcile.ContainerListener;
import io.gantry.agent.reconcile.Held;
import io.gantry.agent.reconcile.Reconciler;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.id.NodeId;
import io.gantry.contracts.state.Desired;
import io.gantry.contracts.state.Observed;
import io.gantry.contracts.state.ObservedRecord;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Says through the link what changes on this node: each container whole, the node itself with every heartbeat; and what happens in containers
 * without changing them, see {@link Happenings}.
 */
public final class NodeObserver implements ContainerListener, Happenings {
    private final Observations observations;
    private final ReadinessProbes probes;
    private final HealthChecks checks;
    private final SharedMemory sharedMemory;
    private final InstantSource clock;
    private final Supplier<Observed.Node> self;
    private volatile NodeLink link;

    public NodeObserver(
            NodeId node, long firstVersion, long epoch, ReadinessProbes probes, HealthChecks checks, SharedMemory sharedMemory,
            Supplier<Observed.Node> self, InstantSource clock) {
        this.observations = new Observations(node, firstVersion, epoch);
        this.probes = probes;
        this.checks = checks;
        this.sharedMemory = sharedMemory;
        this.clock = clock;
        this.self = self;
    }

    /** Before anything changes. */
    public void sayThrough(NodeLink to) {
        link = to;
    }

    /** Every second. */
    public void beat() {
        link.beat(numbered());
    }

    private synchronized ObservedRecord numbered() {
        return observations.of(self.get());
    }

    @Override
    public synchronized void changed(Held held, Optional<Desired.Container> wanted) {
        Observed.Health health = checks.health(held, wanted);
        boolean fit = health == null || health.status() != Observed.Health.Status.UNHEALTHY;
        boolean ready = probes.ready(held, wanted) && fit;
        ObservedRecord record = observations.of(held, ready, health, Reconciler.startsAgain(wanted, held), sharedMemory.of(held));
        if (record != null) {
            link.observe(record);
        }
    }

    @Override
    public synchronized void happened(ContainerId id, Observed.What what) {
        link.observeSoon(observations.of(new Observed.Happening(id, clock.instant(), what)));
    }

    @Override
    public synchronized void gone(ContainerId id) {
        probes.stop(id);
        checks.stop(id);
        sharedMemory.stop(id);
        observations.forget(id);
    }

    @Override
    public synchronized void epoch(long epoch) {
        observations.epoch(epoch);
    }
}
