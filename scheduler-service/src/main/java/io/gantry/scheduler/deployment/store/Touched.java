package io.gantry.scheduler.deployment.store;

import io.gantry.contracts.id.DeploymentId;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What a transaction did to deployments, for after its commit: whom to tell, and when to look again. */
public final class Touched {
    private final Set<DeploymentId> deployments = ConcurrentHashMap.newKeySet();
    private volatile Instant due;

    void add(DeploymentId id, Instant dueAt) {
        deployments.add(id);
        if (dueAt != null && (due == null || dueAt.isBefore(due))) {
            due = dueAt;
        }
    }

    public Set<DeploymentId> deployments() {
        return deployments;
    }

    /** The earliest moment, or {@code null}. */
    public Instant due() {
        return due;
    }
}
